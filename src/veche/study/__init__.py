"""Records and vocabularies of a study. Everything else in veche speaks in these words."""

from veche.study.actors import Actor, Event, Office, Tenure
from veche.study.codebook import Code, Codebook
from veche.study.codings import Coder, Coding, Memo
from veche.study.documents import Anchor, ConsentMark, Document, Text, Texts, Turn
from veche.study.double_coding import Assignment, Decision
from veche.study.errors import Cancelled, Conflict, InputProblem, NotFound, Refused, StudyFileProblem, VecheError
from veche.study.evidence import Evidence, Where
from veche.study.ids import new_id
from veche.study.interviews import CONSENTS, Consent, GuideTopic, Interview, Respondent, Role
from veche.study.places import Attribute, Region, StudyInfo, Town, Wave
from veche.study.publications import Alias, Publication
from veche.study.quotations import Quotation, quotations
from veche.study.record import Language, Record
from veche.study.result import Grounds, Result
from veche.study.statements import Statement, StatementKind
from veche.study.summaries import Summary, ground

__all__ = [
    "CONSENTS", "Actor", "Alias", "Anchor", "Assignment", "Attribute", "Cancelled", "Code", "Codebook", "Coder", "Coding", "Conflict",
    "Consent", "ConsentMark", "Decision", "Document", "Event", "Evidence", "Grounds", "GuideTopic", "InputProblem", "Interview",
    "Language", "Memo", "NotFound", "Office", "Publication", "Quotation", "Record", "Refused", "Region", "Respondent",
    "Result", "Role", "Statement", "StatementKind", "StudyFileProblem", "StudyInfo", "Summary", "Tenure", "Text", "Texts", "Town", "Turn",
    "VecheError", "Wave", "Where", "ground", "new_id", "quotations",
]  # fmt: skip
