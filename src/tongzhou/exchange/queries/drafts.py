"""Finding a draft."""

from __future__ import annotations

from django.http import Http404

from tongzhou.exchange.access import can_import, drafts_of
from tongzhou.exchange.models import ImportDraft
from tongzhou.lib.access import require
from tongzhou.people.models import User
from tongzhou.projects.access import project_or_404


def draft_or_404(user: User, number: str, draft_id: int) -> ImportDraft:
    """Return the draft of the project.

    :raises Http404: alike if the user does not see the project, or it has no such draft.
    :raises Forbidden: if she sees the project but may not import.
    """
    project = project_or_404(user, number)
    require(can_import(user, project))
    draft = drafts_of(project).select_related("uploaded_by").filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    draft.project = project
    return draft
