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
    table_rows: int = Field(default=60_000, ge=1, le=1_000_000)
    table_columns: int = Field(default=200, ge=1, le=16_384)
    point_rows: int = Field(default=2_000_000, ge=1, le=20_000_000)
    read_seconds: int = Field(default=180, ge=1, le=3_600)
    read_gigabytes: int = Field(default=6, ge=1, le=1_024)
    archive_members: int = Field(default=1_000, ge=1, le=100_000)
    archive_megabytes: int = Field(default=2_048, ge=1, le=1_000_000)
    workbook_megabytes: int = Field(default=100, ge=1, le=10_000)
    archive_ratio: int = Field(default=200, ge=1, le=10_000)
