"""Confidentiality: consent, and the release through which everything leaves."""

from veche.privacy.consent import Consents, stricter
from veche.privacy.release import Finding, Release, consented, release_quotations, release_results

__all__ = ["Consents", "Finding", "Release", "consented", "release_quotations", "release_results", "stricter"]
