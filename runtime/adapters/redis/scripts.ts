import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'

/** A Lua script: it runs whole on the server, between two other commands, so that what it reads is what it writes on. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** Runs a script by its hash; a server that does not know it (new, restarted, flushed) is sent the text. */
export async function evaluate(
  redis: Redis,
  script: Script,
  { keys, values }: { readonly keys: readonly string[]; readonly values: readonly (string | number)[] },
): Promise<unknown> {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return redis.eval(script.text, keys.length, ...keys, ...values)
  }
}

export interface Scripts {
  readonly increment: Script
  readonly join: Script
  readonly leave: Script
  readonly members: Script
  readonly limit: Script
}

/** The scripts of the ephemeral store with their hashes. */
export function createScripts(): Scripts {
  return {
    increment: scriptOf(increment),
    join: scriptOf(join),
    leave: scriptOf(leave),
    members: scriptOf(members),
    limit: scriptOf(limit),
  }
}

function scriptOf(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Adds to a counter; its time begins with the first increment. KEYS: counter. ARGV: by, time to live in ms. Answers the sum as text. */
const increment = `
local found = redis.call('GET', KEYS[1])
local sum = string.format('%.17g', (tonumber(found or '0') or 0) + tonumber(ARGV[1]))
if found then
  redis.call('SET', KEYS[1], sum, 'KEEPTTL')
else
  redis.call('SET', KEYS[1], sum, 'PX', ARGV[2])
end
return sum
`

const nowMs = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`

/**
 * Puts a member into a group. KEYS: values by name (a hash), names by the end of their time (a sorted set). ARGV: name, value, time to live in ms.
 * Both keys live as long as their last member; whoever's time is over goes with the next who joins, a hundred at most.
 */
const join = `${nowMs}
local ends = now + tonumber(ARGV[3])
redis.call('ZADD', KEYS[2], string.format('%.0f', ends), ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now), 'LIMIT', 0, 100)
if #gone > 0 then
  redis.call('ZREM', KEYS[2], unpack(gone))
  redis.call('HDEL', KEYS[1], unpack(gone))
end
local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
local at = string.format('%.0f', tonumber(last[2] or ends))
redis.call('PEXPIREAT', KEYS[1], at)
redis.call('PEXPIREAT', KEYS[2], at)
return 1
`

/** Takes a member out of a group. KEYS as for joining. ARGV: name. */
const leave = `
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
return 1
`

/** Names and values of a group, one after the other. KEYS as for joining. ARGV: how many members at most. */
const members = `${nowMs}
local names = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now), '+inf', 'LIMIT', 0, ARGV[1])
local found = {}
for index, name in ipairs(names) do
  found[index * 2 - 1] = name
  found[index * 2] = redis.call('HGET', KEYS[1], name) or 'null'
end
return found
`

/**
 * Spends from a budget: an exact sliding window. KEYS: a list of spendings, oldest first, each `at:cost:sum` with the sum of all up to it, so that
 * what the window holds is one subtraction. ARGV: limit, window in µs, cost, and the time in µs when it is not the server's.
 * Answers { 1, 0 } or { 0, ms to wait }; -1 for never. Time that went back (a fail-over to another machine) stands still instead.
 */
const limit = `
local limit, window, cost, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
-- The server's own clock ends the key, so a time that is not the server's gets a minute more.
local spare = now and 60000 or 0
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local function read(entry)
  if not entry then return nil end
  local at, spent, sum = string.match(entry, '^([^:]+):([^:]+):([^:]+)$')
  return { at = tonumber(at), cost = tonumber(spent), sum = tonumber(sum) }
end
local last = read(redis.call('LINDEX', KEYS[1], -1))
if last and last.at > now then now = last.at end
local first = read(redis.call('LINDEX', KEYS[1], 0))
while first and first.at + window <= now do
  redis.call('LPOP', KEYS[1])
  first = read(redis.call('LINDEX', KEYS[1], 0))
end
local held = first and last.sum - first.sum + first.cost or 0
if held + cost <= limit then
  local sum = (first and last.sum or 0) + cost
  redis.call('RPUSH', KEYS[1], string.format('%.0f:%.17g:%.17g', now, cost, sum))
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(window / 1000) + spare))
  return { 1, 0 }
end
local freed, index = 0, 0
while freed < held + cost - limit do
  local entry = read(redis.call('LINDEX', KEYS[1], index))
  if not entry then return { 0, -1 } end
  freed = freed + entry.cost
  index = index + 1
  first = entry
end
return { 0, math.ceil((first.at + window - now) / 1000) }
`
