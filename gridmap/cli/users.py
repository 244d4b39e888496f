"""Commands about accounts."""

from __future__ import annotations

from pathlib import Path

import click

from gridmap.cli.command import main
from gridmap.cli.options import INPUT, as_json
from gridmap.cli.terminal import answer, now, say
from gridmap.messages import msg
from gridmap.model.access import Role
from gridmap.model.labels import ROLES


@main.group()
def user() -> None:
    """Accounts of a workspace."""


workspace_option = click.option(
    "--workspace", type=INPUT, required=True, envvar="GRIDMAP_WORKSPACE", help="The workspace file."
)
_ROLES = click.Choice([role.value for role in Role])


@user.command("add", epilog="Example: gridmap user add li --role planner --scope 990101 --workspace w.gpkg")
@click.argument("name")
@click.option(
    "--workspace", type=INPUT, required=True, envvar="GRIDMAP_WORKSPACE", help="The workspace file."
)
@click.option(
    "--role", type=_ROLES, default=Role.VIEWER.value, show_default=True, help="What the account may do."
)
@click.option("--scope", default="", help="Division-code prefix it reaches; empty: everything.")
@click.option("--display-name", default="", help="The name shown; else the account's.")
@click.option("--password", envvar="GRIDMAP_PASSWORD", help="Else asked for; better not on the command line.")
def user_add(
    name: str, workspace: Path, role: str, scope: str, display_name: str, password: str | None
) -> None:
    """Create an account with a name and a password."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.add_user(
        workspaces.open_workspace(workspace),
        name,
        password or _ask_password(),
        role=Role(role),
        scope=scope,
        display_name=display_name or name,
        at=now(),
    )
    click.echo(say(msg("Account {name} may sign in as {role}.", name=name, role=ROLES[role])))


@user.command("passwd", epilog="Example: gridmap user passwd li --workspace w.gpkg")
@click.argument("name")
@workspace_option
@click.option("--password", envvar="GRIDMAP_PASSWORD", help="Else asked for; better not on the command line.")
def user_passwd(name: str, workspace: Path, password: str | None) -> None:
    """Give an account another password and end its sessions."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.change_password(
        workspaces.open_workspace(workspace), name, password or _ask_password(), at=now()
    )
    click.echo(say(msg("The password of {name} is changed.", name=name)))


@user.command("list", epilog="Example: gridmap user list --workspace w.gpkg --json")
@workspace_option
@as_json
def user_list(workspace: Path, as_json: bool) -> None:
    """List the accounts."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    found = accounts.list_users(workspaces.open_workspace(workspace))
    rows = [
        {
            "name": account.user.name,
            "display_name": account.user.display_name,
            "role": account.user.role.value,
            "scope": account.user.scope,
            "disabled": account.disabled,
        }
        for account in found
    ]
    lines = ["\t".join(str(value) for value in row.values()) for row in rows]
    answer({"users": rows}, as_json=as_json, lines=lines)


@user.command("disable", epilog="Example: gridmap user disable li --workspace w.gpkg")
@click.argument("name")
@workspace_option
def user_disable(name: str, workspace: Path) -> None:
    """Keep an account out from now on."""
    from gridmap.service import accounts, workspaces  # noqa: PLC0415

    accounts.disable_user(workspaces.open_workspace(workspace), name, at=now())
    click.echo(say(msg("Account {name} is disabled.", name=name)))


def _ask_password() -> str:
    password: str = click.prompt(say(msg("Password")), hide_input=True, confirmation_prompt=True, err=True)
    return password
