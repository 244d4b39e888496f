"""The shell: server, gate, routes, session, language. The only room that knows Streamlit.

boundaries/    The page Boundaries & cells: where boundaries come from, what was found, what saving would
               change
briefings/     Exports in the app: choices, a proof, the buttons that make files
cells/         Cutting and correcting cells in the app
changes_table  A table of what a file would change: row, whom or what it is about, outcome, and what or why
               not
drawings/      CAD drawings in the app: what is in them, what to take, where they lie
files/         Files in upload fields: kept, looked into, asked about
history/       The last changes on a page, and the way back
i18n           The language of this session: what the user chose, else what the browser asks for
imports/       The page Import, step by step
kept           What a session keeps from run to run: things begun once, results worked out once, work under
               way
map_frame      A map in its frame: a constant picture, what it is told to show, and what is done on it
markup         Small pieces of HTML that Streamlit has no widget for; every text in them goes through `safe`
notices        What a page tells of a deed, at once or in the run after a click; and why something was
               refused
operations/    The operations map: header, map, figures, card
page_table     The pages as a table: a new page is its module under `pages/` and one line here
people/        The page People: the roster, its posts, its file
preview_map    A small map on a page: shapes that are in no workspace yet, beside those that are
returns/       The page Returns: rounds, what came back
router         The script Streamlit runs: the pages in their doors. The gate stands before it, and each page
               guards itself
saving_row     The last row of a page that saves: a reason for the log of changes, and the button
server/        The server around the pages: gate, sign-in, data routes
session        Who is looking, at what moment, with which services: the one place where pages meet the
               running server
style          The page's style sheet: our few rules over Streamlit's theme
view_state     What a session looks at: ids only, kept in Streamlit's session state, changed by callbacks
"""
