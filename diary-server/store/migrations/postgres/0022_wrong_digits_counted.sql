-- Wrong digits are counted beside the link. The column counted requests that were not made with it; nothing counts those
-- link by link any more.

ALTER TABLE enrolment RENAME COLUMN tries TO wrong_digits;
UPDATE enrolment SET wrong_digits = (SELECT count(*) FROM trail WHERE what = 'device.wrong-digits'
    AND target = (SELECT 'vault=' || encode(v.id, 'hex') FROM vault v WHERE v.no = enrolment.vault)
        || ' enrolment=' || encode(enrolment.id, 'hex'));
DROP INDEX trail_wrong_digits;
