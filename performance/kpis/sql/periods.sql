-- p: the pieces of the periods asked for that are counted live; as_of is the last day of it that has come.
{name}(period, first, last, as_of, today) AS (
    SELECT * FROM unnest(%({name}_periods)s::text[], %({name}_firsts)s::date[], %({name}_lasts)s::date[],
                         %({name}_as_ofs)s::date[], %({name}_todays)s::date[])
)
