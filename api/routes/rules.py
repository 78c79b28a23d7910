"""Rules for every dossier: the book, how they are kept, and the dossiers behind a figure."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator

from api.compliance import rule_answers
from api.compliance.asked import LookedAt
from api.compliance.rule_questions import RuleDossiers, RuleFindings, rule_book
from api.problems import INVALID_REQUEST, UNKNOWN_PROCEDURE
from api.routes.looked_at import TABLES, Chosen, ChosenPage, Unit
from api.routes.serving import problems, serve, service_of, this_minute
from mining.rules.book import BY_CODE, RuleError, rule
from mining.rules.findings import Verdict

router = APIRouter(tags=["compliance"])


def _code(given: str) -> str:
    try:
        return rule(given).code
    except RuleError as error:
        raise ValueError(str(error)) from error


RuleCode = Annotated[str, AfterValidator(_code)]


@router.get("/v1/rules")
async def rules(request: Request) -> rule_answers.RuleBook:
    """List all rules with their sources and thresholds. (Các quy tắc kiểm tra hồ sơ.)"""
    return rule_book(service_of(request).thresholds.rules)


@router.get(
    "/v1/rules/findings",
    response_model=rule_answers.RuleFindingPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def rule_findings(
    request: Request,
    asked: Chosen,
    page: ChosenPage,
    chosen: Annotated[
        list[RuleCode] | None, Query(alias="rule", description="Only these rules: several times; default: all.")
    ] = None,
    unit: Unit = None,
) -> Response:
    """Count who keeps and who breaks the rules, by rule, procedure and unit. (Kết quả kiểm tra theo quy tắc.)"""
    codes = tuple(code for code in BY_CODE if not chosen or code in chosen)
    return await serve(request, RuleFindings(asked, codes, unit, page), slow=True)


@router.get(
    "/v1/rules/dossiers",
    response_model=rule_answers.RuleDossierPage,
    responses={**TABLES, **problems(UNKNOWN_PROCEDURE, INVALID_REQUEST)},
)
async def rule_dossiers(
    request: Request,
    asked: Chosen,
    page: ChosenPage,
    code: Annotated[RuleCode, Query(alias="rule", description="Of this rule.")],
    unit: Unit = None,
    verdict: Annotated[
        Verdict | None, Query(description="With this verdict; without: all that the rule is about.")
    ] = None,
) -> Response:
    """List the dossiers behind a figure of a rule. (Hồ sơ của một số liệu theo quy tắc.)

    They are judged anew: give the `as_of` of the figure. While events arrive, dossiers can shift between pages.
    """
    looked_at = LookedAt(replace(asked.chosen, unit=unit or None), asked.as_of or this_minute())
    return await serve(request, RuleDossiers(looked_at, code, unit, verdict, page), slow=True)
