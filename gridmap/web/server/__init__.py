"""The server around the pages: gate, sign-in, data routes.

gate          The gate: every request and every socket needs a session, but for a short list of open paths
login         Signing in and out: the printed link, name and password, the session cookie
previews      Shapes on their way to a planner's map that are in no workspace yet: the latest few, by content
              hash
routes        Data routes: our assets, geometry chunks, status documents, readiness
sign_in_page  The sign-in page: plain HTML that needs no session, no script and nothing from elsewhere
vendored      Our own copies of the browser's libraries: folium's links to the internet, rewritten once a
              process
"""
