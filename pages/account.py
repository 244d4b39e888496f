"""My account: who is signed in, with which right and scope; the language; signing out."""

from __future__ import annotations

import streamlit as st

from gridmap.messages import msg
from gridmap.model.labels import ROLES
from gridmap.web.i18n import language_switch, say
from gridmap.web.markup import facts_table
from gridmap.web.session import require_user, sign_out

user = require_user()

st.subheader(say(msg("My account")))
with st.container(width=460):
    st.html(
        facts_table(
            [
                (say(msg("Name")), user.display_name or user.name),
                (say(msg("Role")), say(ROLES[user.role])),
                (say(msg("Scope")), user.scope or say(msg("everything"))),
            ]
        )
    )
    language_switch()
    st.button(say(msg("Sign out")), icon=":material/logout:", on_click=sign_out)
