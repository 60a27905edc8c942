CREATE INDEX ix_ticket_department ON ticket (department_id, bucket, updated_at, id) WHERE department_id IS NOT NULL;
CREATE INDEX ix_notification_ticket ON notification (ticket_id);
