"""What the kinds of problems mean: the addresses that the `type` of a problem leads to."""

from fastapi import APIRouter, Request

from api import answers
from api.problems import ADDRESS, KINDS, UNKNOWN_ADDRESS, Kind, ProblemError
from api.routes.serving import problems

router = APIRouter(tags=["operation"])


@router.get(ADDRESS + "{name}", responses=problems(UNKNOWN_ADDRESS))
async def problem_kind(request: Request, name: str) -> answers.ProblemKind:
    """Explain a kind of problem in both languages. (Giải thích một loại lỗi.)"""
    for kind in KINDS:
        if kind.name == name:
            return _explained(kind)
    raise ProblemError(UNKNOWN_ADDRESS, path=request.url.path)


def _explained(kind: Kind) -> answers.ProblemKind:
    return answers.ProblemKind(
        type=kind.type,
        status=kind.status,
        title=answers.InBothLanguages(vi=kind.title_vi, en=kind.title),
        detail=answers.InBothLanguages(vi=kind.detail_vi, en=kind.detail),
    )
