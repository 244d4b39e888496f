"""The shell: server, gate, routes, session, language. The only room that knows Streamlit."""
