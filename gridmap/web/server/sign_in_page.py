"""The sign-in page: plain HTML that needs no session, no script and nothing from elsewhere."""

from __future__ import annotations

from string import Template

from gridmap.draw.screen.escape import safe
from gridmap.messages import Language, Message, msg, render

_PAGE = Template("""<!doctype html>
<html lang="$lang"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>gridmap</title><link rel="icon" href="data:,"><style>
body{font:16px/1.5 system-ui,"Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif;background:#F2F5F7;
color:#1B2A33;margin:0;display:grid;place-items:center;min-height:100vh}
main{background:#fff;padding:32px 36px;border:1px solid #D5DEE3;border-radius:8px;
width:min(392px,90vw);box-sizing:border-box}
h1{font-size:22px;margin:0 0 2px}p{margin:0 0 18px;color:#51646F}label{display:block;margin:12px 0 4px}
input{width:100%;box-sizing:border-box;padding:9px;font:inherit;border:1px solid #A9BAC4;border-radius:5px}
button{margin-top:20px;width:100%;padding:10px;font:inherit;font-weight:600;color:#fff;background:#1F5A7A;border:0;
border-radius:5px;cursor:pointer}.fault{color:#A33B00;margin:0 0 12px;font-weight:600}
</style></head><body><main><h1>gridmap</h1><p>$subtitle</p>$fault<form method="post" action="/login">
$fields<button type="submit">$button</button></form></main></body></html>""")

_PASSWORD_FIELDS = Template("""<label for="name">$name</label>
<input id="name" name="name" autocomplete="username" autofocus required>
<label for="password">$password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>""")

_TOKEN_FIELD = Template("""<input type="hidden" name="token" value="$token">""")


def sign_in_page(language: Language, *, token: str = "", fault: Message | None = None) -> str:
    """The page as HTML: a button where a sign-in link's `token` is given, else name and password."""

    def say(message: Message) -> str:
        return safe(render(message, language))

    if token:
        fields = _TOKEN_FIELD.substitute(token=safe(token))
        button = say(msg("Open the operations map"))
    else:
        fields = _PASSWORD_FIELDS.substitute(name=say(msg("Name")), password=say(msg("Password")))
        button = say(msg("Sign in"))
    return _PAGE.substitute(
        lang="zh-CN" if language == "zh" else "en",
        subtitle=say(msg("Who is responsible where, and what is not covered")),
        fault=f'<p class="fault" role="alert">{say(fault)}</p>' if fault else "",
        fields=fields,
        button=button,
    )
