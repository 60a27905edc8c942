"""Contacts: recognised by what they write from, merged by links, described by fields, notes and tags."""

import pytest

from deskapp.core.commands.contacts import (
    AddContactNote,
    AddContactPoint,
    BlockSender,
    ChangeContactPoint,
    CreateContact,
    DismissMergeSuggestion,
    MakePointPrimary,
    MergeContacts,
    NewPoint,
    RemoveContactNote,
    RemoveContactPoint,
    SetContactField,
    TagContact,
    UnblockSender,
    UpdateContact,
)
from deskapp.core.commands.desk import SaveCustomField
from deskapp.core.queries.contacts import (
    FindContacts,
    GetBlockRules,
    GetContact,
    GetMergeSuggestions,
)
from deskapp.core.queries.search import Search
from deskapp.models.dto import Address, ContactPointInfo
from deskapp.models.enums import FieldKind, PointKind
from tests.support.desk import DeskRig


def point(desk: DeskRig, kind: PointKind, value: str) -> NewPoint:
    return NewPoint(desk.new(), kind, value)


def refusal(desk: DeskRig, command: object) -> str:
    rejected = desk.submit(command).rejected  # type: ignore[arg-type]
    assert rejected is not None
    return rejected.code


def test_a_mail_finds_the_person_by_any_of_their_addresses(desk: DeskRig) -> None:
    carmen = desk.contact()
    desk.do(
        AddContactPoint(
            contact_id=carmen, point=point(desk, PointKind.EMAIL, "Carmen@Trabajo.test")
        )
    )
    account = desk.account()
    desk.mail(account, sender=Address("C. V.", "carmen@trabajo.test"))
    detail = desk.ask(GetContact(carmen))
    assert len(detail.tickets) == 1
    assert detail.info.name == "Carmen Villalobos", "what a mail calls itself changes no name"


@pytest.mark.parametrize(
    "wanted", ["carmen", "VILLALOBOS", "correo.test", "611 20 48", "+34611", "12345678z"]
)
def test_found_by_name_address_phone_and_national_id(desk: DeskRig, wanted: str) -> None:
    carmen = desk.contact()
    desk.do(AddContactPoint(contact_id=carmen, point=point(desk, PointKind.PHONE, "611 20 48 77")))
    desk.do(
        AddContactPoint(contact_id=carmen, point=point(desk, PointKind.NATIONAL_ID, "12.345.678-Z"))
    )
    desk.contact("Otra Persona", "otra@sitio.test")
    assert [c.id for c in desk.ask(FindContacts(wanted))] == [carmen]
    assert [c.id for c in desk.ask(Search(wanted)).contacts] == [carmen]


def test_phones_are_kept_in_one_form(desk: DeskRig) -> None:
    carmen = desk.contact()
    desk.do(AddContactPoint(contact_id=carmen, point=point(desk, PointKind.PHONE, "611-20-48-77")))
    phone = next(p for p in desk.ask(GetContact(carmen)).info.points if p.kind is PointKind.PHONE)
    assert (phone.value, phone.display) == ("+34611204877", "+34 611 20 48 77")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PointKind.EMAIL, "no at"),
        (PointKind.EMAIL, "a@b@c"),
        (PointKind.PHONE, "12"),
        (PointKind.PHONE, "hola"),
    ],
)
def test_what_is_no_address_is_refused(desk: DeskRig, kind: PointKind, value: str) -> None:
    carmen = desk.contact()
    assert (
        refusal(desk, AddContactPoint(contact_id=carmen, point=point(desk, kind, value)))
        == "point_invalid"
    )


def test_an_address_belongs_to_one_person(desk: DeskRig) -> None:
    carmen, other = desk.contact(), desk.contact("Otra", "otra@sitio.test")
    command = AddContactPoint(
        contact_id=other, point=point(desk, PointKind.EMAIL, "carmen@correo.test")
    )
    rejected = desk.submit(command).rejected
    assert rejected is not None
    assert (rejected.code, rejected.params["contact_id"]) == ("point_taken", carmen)


def test_a_removed_address_is_no_longer_found_and_comes_back(desk: DeskRig) -> None:
    carmen = desk.contact()
    mail = desk.ask(GetContact(carmen)).info.points[0]
    removed = desk.do(RemoveContactPoint(point_id=mail.id))
    assert desk.ask(FindContacts("correo.test")) == ()
    assert removed.undo is not None
    desk.do(removed.undo)
    assert [c.id for c in desk.ask(FindContacts("correo.test"))] == [carmen]


def points(desk: DeskRig, contact_id: str) -> list[tuple[str, bool]]:
    return [(p.value, p.primary) for p in desk.ask(GetContact(contact_id)).info.points]


def test_an_address_is_corrected_in_its_place(desk: DeskRig) -> None:
    carmen, other = desk.contact(), desk.contact("Luis", "luis@correo.test")
    (before,) = desk.ask(GetContact(carmen)).info.points
    changed = desk.do(ChangeContactPoint(point_id=before.id, value=" Carmen.V@Correo.test "))
    (after,) = desk.ask(GetContact(carmen)).info.points
    assert after == ContactPointInfo(
        before.id, PointKind.EMAIL, "carmen.v@correo.test", "Carmen.V@Correo.test", primary=True
    )
    assert desk.mail(desk.account(), sender=Address("C", "carmen.v@correo.test")).ok
    assert [c.id for c in desk.ask(FindContacts("carmen.v@"))] == [carmen]
    assert desk.ask(FindContacts("carmen@correo")) == ()
    # The same one in other letters is no other one.
    desk.do(ChangeContactPoint(point_id=before.id, value="CARMEN.V@correo.test"))
    taken = desk.submit(ChangeContactPoint(point_id=before.id, value="luis@correo.test")).rejected
    assert taken is not None
    assert (taken.code, taken.params["contact_id"]) == ("point_taken", other)
    assert refusal(desk, ChangeContactPoint(point_id=before.id, value="carmen@")) == "point_invalid"
    assert refusal(desk, ChangeContactPoint(point_id=desk.new(), value="a@b.test")) == (
        "contact_point_not_found"
    )
    assert changed.undo is not None
    desk.do(changed.undo)
    assert points(desk, carmen) == [("carmen@correo.test", True)]
    assert [c.id for c in desk.ask(FindContacts("carmen@correo"))] == [carmen]


def test_one_address_is_used_first(desk: DeskRig) -> None:
    carmen, old = desk.contact(), desk.contact("Carmen (trabajo)", "cv@trabajo.test")
    for kind, value in ((PointKind.EMAIL, "carmen@nuevo.test"), (PointKind.PHONE, "600000000")):
        desk.do(AddContactPoint(contact_id=carmen, point=point(desk, kind, value)))
    desk.do(MergeContacts(contact_id=old, into_id=carmen))
    ids = {p.value: p.id for p in desk.ask(GetContact(carmen)).info.points}

    def first() -> set[str]:
        return {value for value, primary in points(desk, carmen) if primary}

    made = desk.do(MakePointPrimary(point_id=ids["carmen@nuevo.test"]))
    assert first() == {"carmen@nuevo.test", "+34600000000"}
    desk.do(MakePointPrimary(point_id=ids["cv@trabajo.test"]))
    assert first() == {"cv@trabajo.test", "+34600000000"}
    assert made.undo is not None
    desk.do(made.undo)
    assert first() == {"carmen@correo.test", "+34600000000"}
    assert desk.do(MakePointPrimary(point_id=ids["carmen@correo.test"])).undo is None


def test_a_name_is_cleaned_of_what_cannot_be_seen(desk: DeskRig) -> None:
    uid = desk.new()
    desk.do(CreateContact(contact_id=uid, name=" Ana\u202e\u200b\n  <b>López</b> "))
    assert desk.ask(GetContact(uid)).info.name == "Ana <b>López</b>"
    assert refusal(desk, CreateContact(contact_id=desk.new(), name="\u200b ")) == "name_empty"


def test_changes_are_undone(desk: DeskRig) -> None:
    carmen = desk.contact()
    changed = desk.do(UpdateContact(contact_id=carmen, name="Carmen V.", organisation="Norte"))
    assert desk.ask(GetContact(carmen)).info.organisation == "Norte"
    assert changed.undo is not None
    desk.do(changed.undo)
    info = desk.ask(GetContact(carmen)).info
    assert (info.name, info.organisation) == ("Carmen Villalobos", "")


def test_typed_fields(desk: DeskRig) -> None:
    carmen = desk.contact()
    for label, kind in (("Cliente desde", FieldKind.DATE), ("Compras", FieldKind.NUMBER)):
        desk.do(SaveCustomField(field_id=desk.new(), label=label, kind=kind))
    desk.do(
        SaveCustomField(
            field_id=desk.new(),
            label="Tipo",
            kind=FieldKind.CHOICE,
            options=("Particular", "Hotel"),
        )
    )
    desk.do(SetContactField(contact_id=carmen, key="cliente_desde", value="2022-03-01"))
    desk.do(SetContactField(contact_id=carmen, key="compras", value="12,5"))
    desk.do(SetContactField(contact_id=carmen, key="tipo", value="Hotel"))
    fields = dict(desk.ask(GetContact(carmen)).fields)
    assert fields == {"cliente_desde": "2022-03-01", "compras": "12.5", "tipo": "Hotel"}
    for key, value in (("cliente_desde", "ayer"), ("compras", "mucho"), ("tipo", "Otro")):
        command = SetContactField(contact_id=carmen, key=key, value=value)
        assert refusal(desk, command) == "value_invalid"


def test_notes_and_tags(desk: DeskRig) -> None:
    carmen = desk.contact()
    note = desk.do(AddContactNote(contact_id=carmen, note_id=desk.new(), body="Prefiere la tarde"))
    tagged = desk.do(TagContact(contact_id=carmen, add=("VIP", "Regalos")))
    detail = desk.ask(GetContact(carmen))
    assert [n.body for n in detail.notes] == ["Prefiere la tarde"]
    assert set(detail.info.tags) == {"VIP", "Regalos"}
    assert isinstance(note.undo, RemoveContactNote)
    assert tagged.undo is not None
    desk.do(note.undo)
    desk.do(tagged.undo)
    detail = desk.ask(GetContact(carmen))
    assert (detail.notes, detail.info.tags) == ((), ())


def test_merging_is_suggested_with_its_evidence_and_never_done_by_itself(desk: DeskRig) -> None:
    carmen, other = desk.contact(), desk.contact("Carmen V.", "cv@trabajo.test")
    for uid in (carmen, other):
        desk.do(AddContactPoint(contact_id=uid, point=point(desk, PointKind.PHONE, "611204877")))
    (suggestion,) = desk.ask(GetMergeSuggestions(carmen))
    assert {suggestion.contact.id, suggestion.other.id} == {carmen, other}
    assert any("611" in value for _, value in suggestion.evidence)
    assert desk.ask(GetContact(other)).info.name == "Carmen V."
    desk.do(DismissMergeSuggestion(contact_id=other, other_id=carmen))
    assert desk.ask(GetMergeSuggestions(carmen)) == ()


def test_a_merge_joins_histories_and_is_undone(desk: DeskRig) -> None:
    carmen, other = desk.contact(), desk.contact("Carmen V.", "cv@trabajo.test")
    mine, theirs = desk.ticket(carmen), desk.ticket(other)
    merged = desk.do(MergeContacts(contact_id=other, into_id=carmen))
    detail = desk.ask(GetContact(carmen))
    assert {t.id for t in detail.tickets} == {mine, theirs}
    assert {p.value for p in detail.info.points} >= {"carmen@correo.test", "cv@trabajo.test"}
    assert merged.undo is not None
    desk.do(merged.undo)
    assert [t.id for t in desk.ask(GetContact(carmen)).tickets] == [mine]
    assert [t.id for t in desk.ask(GetContact(other)).tickets] == [theirs]
    assert refusal(desk, MergeContacts(contact_id=carmen, into_id=carmen)) == "merge_into_itself"


def test_blocking_and_unblocking(desk: DeskRig) -> None:
    blocked = desk.do(BlockSender(rule_id=desk.new(), kind="domain", value="@Spam.test"))
    assert [rule.value for rule in desk.ask(GetBlockRules())] == ["spam.test"]
    assert isinstance(blocked.undo, UnblockSender)
    desk.do(blocked.undo)
    assert desk.ask(GetBlockRules()) == ()
    for kind, value in (
        ("sender", "spam.test"),
        ("domain", "a@spam.test"),
        ("all", "x"),
        ("domain", " "),
    ):
        assert (
            refusal(desk, BlockSender(rule_id=desk.new(), kind=kind, value=value))
            == "block_invalid"
        )
