-- What happened in the period, in visits that pass the filters.
events AS
(
    SELECT *
    FROM razi.events
    WHERE {{period}}
      AND {{people}}
      {{passing}}
)
