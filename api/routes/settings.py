"""The settings in force, for administrators: what each is, and whether the environment or the program says so."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.security.dependencies import CurrentPrincipal
from metrics.principal import Scope
from metrics.settings import settings
from metrics.settings_in_force import SettingInForce, settings_in_force

router = APIRouter(prefix="/settings", tags=["administer"])


class SettingsOut(BaseModel):
    settings: list[SettingInForce]


@router.get("", responses={401: {"description": "Nobody known is asking"}, 403: {"description": "Not allowed"}})
def list_settings(principal: CurrentPrincipal) -> SettingsOut:
    """Every setting as it is in force in this process, and where it comes from. For administrators."""
    principal.require(Scope.ADMINISTER)
    return SettingsOut(settings=list(settings_in_force(settings())))
