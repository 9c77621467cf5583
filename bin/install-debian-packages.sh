#!/bin/sh
# Installs the Debian packages named, as root, for the sake of their programs: none of their services is started, now or
# when the machine starts again, PostgreSQL gets no cluster and Postfix no configuration. Two at once wait for each other.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

lock=/run/postern-packages.lock
if [ "${POSTERN_PACKAGES_LOCKED:-}" != yes ]; then
  exec env POSTERN_PACKAGES_LOCKED=yes flock "$lock" "$0" "$@"
fi

installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }

missing=
for package in "$@"; do
  installed "$package" || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod 755 "$policy"
fi
installed postfix || echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
clusters=/etc/postgresql-common/createcluster.conf
if [ ! -e "$clusters" ]; then
  mkdir -p "${clusters%/*}"
  printf '# Written by the tests of Postern, which only need the programs.\ncreate_main_cluster = false\n' > "$clusters"
fi

apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold $missing

if [ -d /run/systemd/system ]; then
  for package in $missing; do
    dpkg-query -L "$package" | sed -n 's,.*/systemd/system/\([^/@]*\.service\)$,\1,p' | while read -r unit; do
      systemctl --quiet disable "$unit" || true
    done
  done
fi
