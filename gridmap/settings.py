"""GRIDMAP_* settings, read by the composition roots (`app.py`, `cli`) and passed on as arguments."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Typed settings; `.env.example` lists them all."""

    model_config = SettingsConfigDict(env_prefix="GRIDMAP_", env_file=".env", extra="ignore")

    workspace: Path = Path("workspace/demo.gpkg")
    host: str = "127.0.0.1"
    port: int = Field(default=8501, ge=1, le=65535)
    basemap_url: str = ""
    basemap_attribution: str = ""
    prepared_by: str = ""
    session_hours: int = Field(default=12, ge=1, le=24 * 30)
    dask_address: str = ""
