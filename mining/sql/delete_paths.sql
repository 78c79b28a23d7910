-- Remove the paths that touched dossiers left and that no dossier takes any more.
DELETE FROM path
WHERE path IN (SELECT old_path FROM touched)
    AND path NOT IN (SELECT path FROM dossier WHERE path IS NOT NULL)
