"""Under which counters a ticket stands. The views column reads the counters, never a GROUP BY."""

from collections.abc import Iterable

from deskapp.models.enums import Bucket, Delivery, TicketStatus


def bucket_of(*, status: str, snoozed: bool, spam: bool, deleted: bool, merged: bool) -> Bucket:
    """Where a ticket is kept. The strongest reason for being out of sight wins."""
    if merged:
        return Bucket.MERGED
    if deleted:
        return Bucket.TRASH
    if spam:
        return Bucket.SPAM
    if not TicketStatus(status).is_active:
        return Bucket.DONE
    return Bucket.SNOOZED if snoozed else Bucket.ACTIVE


def is_visible(bucket: str) -> bool:
    """Whether a ticket shows in "all", in an account's view and in search."""
    return bucket in (Bucket.ACTIVE, Bucket.SNOOZED, Bucket.DONE)


def counter_keys(
    *,
    bucket: str,
    needs_reply: bool,
    delivery: str,
    assignee: str | None,
    account: str | None,
    tags: Iterable[str],
) -> set[str]:
    """Names of the counters that count this ticket: view names, and `mine:<agent>` for a person's own view."""
    keys = set()
    if delivery != Delivery.NONE and is_visible(bucket):
        keys.add("to_send")
    if bucket == Bucket.SNOOZED:
        keys.add("snoozed")
    if bucket != Bucket.ACTIVE:
        return keys
    keys.add(f"mine:{assignee}" if assignee else "unassigned")
    if needs_reply:
        keys.add("needs_reply")
    if account:
        keys.add(f"account:{account}")
    keys.update(f"tag:{name}" for name in tags)
    return keys
