# Debian's Dovecot and Postfix as private instances in one folder, for side-by-side.sh. Nothing of the system's own
# configuration is read or changed. Each choice below that differs from Debian's default favours the peer, or makes
# the work the same on both sides; docs/performance.md lists them.

install_peers() {
    install_missing dovecot-core:/usr/sbin/dovecot dovecot-imapd:/usr/lib/dovecot/imap dovecot-pop3d:/usr/lib/dovecot/pop3 \
        dovecot-lmtpd:/usr/lib/dovecot/lmtp postfix:/usr/sbin/postfix openssl:/usr/bin/openssl
}

# install_missing PACKAGE:PROGRAM...
install_missing() {
    local missing=() pair
    for pair in "$@"; do [ -x "${pair#*:}" ] || missing+=("${pair%%:*}"); done
    install_packages "${missing[@]}"
}

install_packages() {
    [ $# -eq 0 ] && return
    echo "installing $*"
    # The packages must not start services on the standard ports.
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e $policy ]; then
        ours=1
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod 755 $policy
    fi
    local failed=
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } \
        >"$work/apt.log" 2>&1 || failed=1
    [ -z "$ours" ] || rm -f $policy
    [ -z "$failed" ] || { tail -20 "$work/apt.log" >&2; exit 1; }
}

# ECDSA P-256, as Casella makes for itself.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost \
        -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
}

# start_dovecot NAME IMAPS POP3S LMTP HIBERNATE-SECONDS: sets ${NAME}_pid. All instances share the mail and passwords.
start_dovecot() {
    local name=$1 imaps=$2 pop3s=$3 lmtp=$4 hibernate=$5 dir=$work/$1
    mkdir -p "$dir" "$work/mail"
    chown mail:mail "$work/mail"
    local i
    for ((i = 1; i <= accounts + 1; i++)); do echo "bench$i@example.test:{PLAIN}$password::::::"; done >"$work/passwd"
    cat >"$dir/dovecot.conf" <<CONF
base_dir = $dir/run
log_path = $dir/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = required
ssl_cert = <$work/cert.pem
ssl_key = <$work/key.pem
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_cache_size = 16 M
first_valid_uid = 1
mail_location = sdbox:~/mail
mail_max_userip_connections = 100000
mail_fsync = optimized
imap_hibernate_timeout = $hibernate
default_client_limit = 20000
default_process_limit = 5000
default_vsz_limit = 1 G
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $work/passwd
}
userdb {
  driver = static
  args = uid=mail gid=mail home=$work/mail/%n
}
namespace inbox {
  inbox = yes
  separator = /
}
protocol lmtp {
  postmaster_address = postmaster@example.test
}
service imap-login {
  service_count = 0
  process_min_avail = 2
  process_limit = 4
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = $imaps
    ssl = yes
  }
}
service pop3-login {
  service_count = 0
  process_min_avail = 1
  process_limit = 4
  inet_listener pop3 {
    port = 0
  }
  inet_listener pop3s {
    port = $pop3s
    ssl = yes
  }
}
service imap {
  service_count = 1000
  process_min_avail = 4
  process_limit = 5000
  # imap and imap-hibernate run as the same user, so that a connection may be handed back.
  unix_listener imap-master {
    user = \$default_internal_user
    mode = 0666
  }
}
service imap-hibernate {
  unix_listener imap-hibernate {
    mode = 0666
  }
}
service pop3 {
  service_count = 1000
  process_min_avail = 2
}
service lmtp {
  service_count = 0
  process_min_avail = 4
  inet_listener lmtp {
    port = $lmtp
  }
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  client_limit = 30000
}
service anvil {
  client_limit = 30000
}
service stats {
  client_limit = 30000
}
CONF
    dovecot -c "$dir/dovecot.conf" -F </dev/null >"$dir/out.log" 2>&1 &
    printf -v "${name//-/_}_pid" %s $!
    processes+=($!)
    wait_for_port "$imaps" "$dir/dovecot.log"
    wait_for_port "$lmtp" "$dir/dovecot.log"
}

# start_postfix SMTP LMTP-SOCKET: sets postfix_pid.
start_postfix() {
    local smtp=$1 lmtp=$2 dir=$work/postfix
    mkdir -p "$dir/etc" "$dir/spool" "$dir/data"
    chown postfix: "$dir/data"
    cat >"$dir/etc/main.cf" <<CONF
compatibility_level = 3.6
queue_directory = $dir/spool
data_directory = $dir/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = $dir/postfix.log
maillog_file_prefixes = $dir
myhostname = mail.example.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = example.test
virtual_mailbox_maps = static:all
virtual_transport = lmtp:unix:$lmtp
smtpd_relay_restrictions = reject_unauth_destination
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
default_process_limit = 200
lmtp_destination_concurrency_limit = 20
lmtp_destination_recipient_limit = 50
lmtp_connection_cache_destinations = unix:$lmtp
lmtp_connection_cache_on_demand = yes
in_flow_delay = 0
alias_maps =
alias_database =
local_recipient_maps =
biff = no
smtputf8_enable = yes
CONF
    cat >"$dir/etc/master.cf" <<CONF
127.0.0.1:$smtp inet n - n - - smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
CONF
    postfix -c "$dir/etc" start >"$dir/out.log" 2>&1 || { cat "$dir/out.log" >&2; exit 1; }
    wait_for_port "$smtp" "$dir/out.log"
    postfix_pid=$(tr -d ' ' <"$dir/spool/pid/master.pid")
    processes+=("$postfix_pid")
}
