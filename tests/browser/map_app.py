"""A server with nothing but the map: the drawn county's chunks and status, and the page map_page.py."""

from __future__ import annotations

import json
from pathlib import Path

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from gridmap.draw.screen.webmap import status_document
from gridmap.web.server.vendored import STATIC
from tests.browser import map_county as county


def geometry(request: Request) -> Response:
    payload = county.CHUNKS.payload(request.path_params["hash"])
    headers = {"Cache-Control": "private, max-age=31536000, immutable"}
    return Response(payload, media_type="application/json", headers=headers)


def status(request: Request) -> Response:
    revision = request.path_params["revision"]
    if revision == county.BROKEN:
        return Response(status_code=503)
    document = status_document(county.layers(revision), county.CHUNKS, "zh")
    return JSONResponse(json.loads(json.dumps(document)), headers={"Cache-Control": "no-store"})


app = st.App(
    Path(__file__).with_name("map_page.py"),
    routes=[
        Mount("/assets", StaticFiles(directory=STATIC)),
        Route("/data/drawn/geometry/{hash}", geometry),
        Route("/data/drawn/status/{revision:int}", status),
    ],
)
