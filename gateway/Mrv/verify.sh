#!/usr/bin/env bash
# Checks the records of this bundle with bash, jq, openssl and coreutils only; no network, nothing of ours.
#   ./verify.sh [VKEY]                        every record beside this script; VKEY: the log's key had from elsewhere
#   ./verify.sh RECORD PROOF VKEY [WITNESS…]  one record of a log that never changed its key
# What is checked and why: SPEC.md of the Mrv library. Exit 0: all hold. 1: one does not.
set -u -o pipefail
export LC_ALL=C
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT

fail() { echo "FAILED $1: $2"; exit 1; }
sha256() { openssl dgst -sha256 -binary; }
hex() { od -An -v -tx1 | tr -d ' \n'; }
unhex() { local h; read -r h || :; [[ -z $h ]] || printf "$(sed 's/../\\x&/g' <<<"$h")"; }
node() { { printf '\1'; unhex <<<"$1$2"; } | sha256 | hex; }             # RFC 6962: inner node behind 0x01
is_hash() { [[ $(base64 -d <<<"$1" 2>/dev/null | base64 -w0) == "$1" && ${#1} == 44 ]]; }

# A vkey is name+keyid+base64(type, key); the key id is the start of SHA-256(name, newline, type, key).
read_vkey() {
  name=${1%%+*}; local rest=${1#*+}; keyid=${rest%%+*}
  base64 -d <<<"${rest#*+}" > "$tmp/material" 2>/dev/null || fail "$1" "no verifier key"
  [[ $(wc -c < "$tmp/material") == 33 ]] || fail "$1" "no Ed25519 key"
  type=$(head -c1 "$tmp/material" | hex)
  [[ $({ printf '%s\n' "$name"; cat "$tmp/material"; } | sha256 | head -c4 | hex) == "$keyid" ]] || fail "$1" "key id of another key"
  { unhex <<<302a300506032b6570032100; tail -c32 "$tmp/material"; } | openssl pkey -pubin -inform DER -out "$tmp/key.pem"
}

# The lines of the note that carry this name and key id; each must verify over the text.
signed() { # name keyid type: leaves 0 when at least one line is this key's and all of them verify
  local found=1 line rest
  while IFS= read -r line; do
    [[ $line == "— $1 "* ]] || continue
    rest=${line##* }
    base64 -d <<<"$rest" > "$tmp/line" 2>/dev/null || return 1
    [[ $(head -c4 "$tmp/line" | hex) == "$2" ]] || continue
    if [[ $3 == 04 ]]; then                                              # cosignature: 8 bytes of time ahead of the signature
      { printf 'cosignature/v1\ntime %d\n' "0x$(tail -c+5 "$tmp/line" | head -c8 | hex)"; cat "$tmp/note"; } > "$tmp/message"
      tail -c+13 "$tmp/line" > "$tmp/signature"
    else
      cp "$tmp/note" "$tmp/message"; tail -c+5 "$tmp/line" > "$tmp/signature"
    fi
    openssl pkeyutl -verify -pubin -inkey "$tmp/key.pem" -rawin -in "$tmp/message" -sigfile "$tmp/signature" > /dev/null 2>&1 || return 1
    found=0
  done < "$tmp/signatures"
  return $found
}

# The log's keys, oldest first: from and until how many leaves each signs; head is set where it was stolen ("size root").
keys=() from=() until=() head=()
only_key() { keys=("$1") from=(0) until=(999999999999999999) head=(""); }

# A record that names another key, proven under the checkpoint that was signed for it: by both keys, or after a theft by the new one alone.
follow() { # change proof
  local old new reason at
  old=$(jq -r .follows "$1"); new=$(jq -r .key "$1"); reason=$(jq -r .reason "$1")
  [[ $(jq -r .type "$1") == fpm.log-key/1 && ${old%%+*} == "${new%%+*}" && $(jq -r .subject "$1") == "${old%%+*}" ]] || fail "$1" "no change of this log's key"
  (( ${#keys[@]} )) && { [[ ${keys[-1]} == "$old" ]] || fail "$1" "does not join the change before it"; } || only_key "$old"
  included "$1" "$2"
  (( index >= from[-1] )) || fail "$1" "before the change before it"
  read_vkey "$new"; [[ $type == 01 && $name == "$origin" ]] && signed "$name" "$keyid" "$type" || fail "$2" "not signed by the new key"
  at=$((${#keys[@]} - 1))
  if [[ $reason == planned ]]; then
    read_vkey "$old"; signed "$name" "$keyid" "$type" || fail "$2" "not signed by the old key"
    until[at]=$size; from+=("$size")
  else
    [[ $reason == stolen ]] || fail "$1" "reason is planned or stolen"
    until[at]=$(jq -r .trusted.size "$1"); head[at]=$(jq -r '"\(.trusted.size) \(.trusted.root)"' "$1"); from+=("$((index + 1))")
    [[ ${until[at]} =~ ^(0|[1-9][0-9]{0,17})$ ]] && (( until[at] <= index )) || fail "$1" "trusts a longer log than there was"
  fi
  keys+=("$new") until+=(999999999999999999) head+=("")
}

# Whoever trusts the key given is led to the newest one by planned changes only: a thief can sign a change too.
trust() { # vkey
  local i found=""
  for i in "${!keys[@]}"; do
    [[ ${keys[i]} == "$1" ]] && found=$i
    [[ -n $found && -n ${head[i]} ]] && fail "$1" "this key was reported stolen: have the new one from the operator or the observatory"
  done
  [[ -n $found ]] || fail "$1" "the bundle is of another log, that of ${keys[-1]}"
}

# A key of the log signed the checkpoint within its term, and no line of any of its keys is false.
log_signed() { # proof [witness…]
  local i term="" why="the log's signature does not verify" proof=$1 witness; shift
  for i in "${!keys[@]}"; do
    read_vkey "${keys[i]}"
    [[ $type == 01 && $name == "$origin" ]] || fail "$proof" "the checkpoint is of $origin, the key of $name"
    has_line "$name" "$keyid" || continue
    signed "$name" "$keyid" "$type" || fail "$proof" "the log's signature does not verify"
    if (( size < from[i] || size > until[i] )); then why="at $size leaves this key does not count: ${keys[i]}"; continue; fi
    if [[ -z ${head[i]} || ${head[i]} == "$size $root" ]]; then term=$i; continue; fi
    why="this key was stolen, and no known witness cosigned: ${keys[i]}"
    (( size < until[i] )) || continue
    for witness in "$@"; do read_vkey "$witness"; has_line "$name" "$keyid" && signed "$name" "$keyid" "$type" && term=$i; done
  done
  [[ -n $term ]] || fail "$proof" "$why"
}
has_line() { # name keyid
  local line
  while IFS= read -r line; do [[ $line == "— $1 "* && $(base64 -d <<<"${line##* }" 2>/dev/null | head -c4 | hex) == "$2" ]] && return 0; done < "$tmp/signatures"
  return 1
}

# From the record's bytes up the path to the checkpoint's root. Leaves origin, size, root and index, the note and its signatures.
included() { # record proof
  local record=$1 proof=$2 h fn sn line q
  [[ -r $record && -r $proof ]] || fail "$record" "record or proof missing"
  jq -cSj . "$record" 2>/dev/null | cmp -s - "$record" || fail "$record" "not canonical"

  # The proof: first line, index, path, empty line, checkpoint = origin, size, root, empty line, signatures.
  [[ $(sed -n 1p "$proof") == "c2sp.org/tlog-proof@v1" ]] || fail "$proof" "no tlog-proof"
  sed '/^$/q' "$proof" | sed '1d;/^$/d;/^extra /d' > "$tmp/head"
  sed '1,/^$/d' "$proof" > "$tmp/checkpoint"
  head -n3 "$tmp/checkpoint" > "$tmp/note"; sed '1,/^$/d' "$tmp/checkpoint" > "$tmp/signatures"
  { read -r origin; read -r size; read -r root; } < "$tmp/note"
  [[ $(sed -n 4p "$tmp/checkpoint") == "" && $size =~ ^(0|[1-9][0-9]{0,17})$ ]] && is_hash "$root" || fail "$proof" "no checkpoint"
  line=$(head -n1 "$tmp/head"); index=${line#index }
  [[ $line == "index $index" && $index =~ ^(0|[1-9][0-9]{0,17})$ ]] && (( index < size )) || fail "$proof" "no index within the tree"

  # Up the path (RFC 9162, section 2.1.3.2): leaf behind 0x00.
  h=$({ printf '\0'; cat "$record"; } | sha256 | hex); fn=$index; sn=$((size - 1))
  while IFS= read -r line; do
    is_hash "$line" || fail "$proof" "the path is malformed"
    (( sn > 0 )) || fail "$record" "the path is too long"
    q=$(base64 -d <<<"$line" | hex)
    if (( fn % 2 == 1 || fn == sn )); then
      h=$(node "$q" "$h"); while (( fn % 2 == 0 && fn != 0 )); do fn=$((fn / 2)); sn=$((sn / 2)); done
    else h=$(node "$h" "$q"); fi
    fn=$((fn / 2)); sn=$((sn / 2))
  done < <(tail -n+2 "$tmp/head")
  [[ $sn == 0 && $h == $(base64 -d <<<"$root" | hex) ]] || fail "$record" "the path does not lead to the root"

}

verify() { # record proof [witness…]
  local record=$1 proof=$2 rest; shift 2
  included "$record" "$proof"
  log_signed "$proof" "$@"

  # Record and log speak of the same gateway, and agree on whether this is simulated.
  [[ $(jq -r .gateway "$record")/soil == "$origin" ]] || fail "$record" "of another gateway"
  [[ $origin == simulated.* ]] && rest=true || rest=null
  [[ $(jq -c .simulated "$record") == "$rest" ]] || fail "$record" "record and log disagree on whether this is simulated"

  # A witness whose key is at hand and whose line is there must have signed.
  local witness seen=""
  for witness in "$@"; do
    read_vkey "$witness"
    has_line "$name" "$keyid" || continue
    signed "$name" "$keyid" "$type" || fail "$proof" "the cosignature of $name does not verify"
    seen="$seen, witnessed by $name"
  done
  echo "OK $(jq -r .type "$record") leaf $index of $size in $origin$seen"
}

if (( $# >= 3 )); then only_key "$3"; verify "$1" "$2" "${@:4}"; exit; fi
here=$(cd "$(dirname "$0")" && pwd); vkey=$(cat "$here/log.vkey")
for change in "$here"/keys/*.json; do [[ -e $change ]] && follow "$change" "${change%.json}.tlog-proof"; done
(( ${#keys[@]} )) || only_key "$vkey"
trust "${1:-$vkey}"; [[ ${keys[-1]} == "$vkey" ]] || fail "$here" "log.vkey is not the key in force, ${keys[-1]}"
witnesses=(); [[ -r $here/witness.vkey ]] && mapfile -t witnesses < "$here/witness.vkey"
count=0
for record in "$here"/records/*.json; do verify "$record" "${record%.json}.tlog-proof" ${witnesses[@]+"${witnesses[@]}"}; count=$((count + 1)); done
echo "$count records verified"
