-- A live entry whose proof was taken back takes a proof until it is proven anew, like one that a takeover asks about.
create or replace view entry_standing as
  select
    e.id as entry_id,
    e.server_id,
    e.account_id,
    e.network,
    case
      when e.status in ('pending', 'in_review', 'waiting') then case when v.state = 'cancelled' then 'ended' else 'pending' end
      when e.status = 'removed' and e.end_cause = 'abuse' then 'removed_abuse'
      when e.status not in ('active', 'suspended') then 'ended'
      when v.state = 'cancelled' then 'cancelled'
      when e.status = 'suspended' then 'suspended'
      else v.state
    end as state,
    case
      when e.status in ('rejected', 'withdrawn', 'removed', 'expired') then e.status || coalesce(':' || e.end_cause, '')
      when e.status = 'suspended' then 'suspended:' || array_to_string(e.suspension_causes, ',')
      when e.status <> 'active' then e.status
      else v.reason
    end as reason,
    e.revision,
    jsonb_build_object(
      'sender_domains', to_jsonb(case when e.sender_domains is null then v.sender_domains
        else array(select d from unnest(e.sender_domains) d where d = any (v.sender_domains)) end),
      'recipient_domains', to_jsonb(e.recipient_domains),
      'tls', e.tls,
      'messages_per_hour', least(coalesce(e.messages_per_hour, v.default_messages_per_hour, 100), e.throttled_to),
      'recipients_per_message', e.recipients_per_message,
      'message_bytes', e.message_bytes,
      'mode', e.mode,
      'sandbox_until', to_jsonb(e.sandbox_until)
    ) || case
      when e.status in ('active', 'suspended') and (
        exists (select from takeovers t where t.entry_id = e.id and t.ended_at is null)
        or e.proven_at is null and exists (
          select from proofs p
          where p.entry_id = e.id and p.proof_generation = e.proof_generation and p.withdrawn_at is not null))
      then '{"takes_proof": true}'::jsonb
      else '{}'::jsonb
    end || case when e.critical then '{"critical": true}'::jsonb else '{}'::jsonb end as scope,
    case when e.status in ('active', 'suspended') then least(e.review_by, v.paid_end) end as expires_at,
    e.proof_generation,
    e.activated_at
  from entries e
  join server_standing v on v.server_id = e.server_id;
