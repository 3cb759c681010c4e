-- Revisions that came from the keeper: made on another phone of the participant, or here before the store was restored.
ALTER TABLE revision ADD COLUMN received INTEGER; -- ms, device clock, when it came; NULL where it was made here
