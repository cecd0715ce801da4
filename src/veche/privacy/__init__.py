"""Confidentiality: consent, and the release through which everything leaves."""

from veche.privacy.consent import Consents, stricter
from veche.privacy.release import (
    Finding,
    Release,
    ReleasedSummary,
    consented,
    release_quotations,
    release_results,
    release_study,
    release_summaries,
)

__all__ = [
    "Consents", "Finding", "Release", "ReleasedSummary", "consented", "release_quotations", "release_results",
    "release_study", "release_summaries", "stricter",
]  # fmt: skip
