# DNS, rspamd and opendkim as private instances in one folder, for transport.sh. Nothing of the system's own
# configuration is changed; rspamd's is read.

install_filters() {
    install_missing bind9:/usr/sbin/named rspamd:/usr/bin/rspamd opendkim:/usr/sbin/opendkim
}

# The sender's domain, whose mail comes from this machine, with everything that can be checked. Also makes its key,
# and the one that Postfix's side signs with.
start_dns() {
    local dir=$work/dns name
    mkdir -p "$dir"
    openssl genrsa -out "$work/bench.pem" 2048 2>/dev/null
    openssl genrsa -out "$work/sign.pem" 2048 2>/dev/null
    cat >"$dir/named.conf" <<CONF
options {
    directory "$dir";
    listen-on port 53 { $dns; };
    listen-on-v6 { none; };
    recursion no;
    dnssec-validation no;
    pid-file none;
    session-keyfile none;
};
controls { };
zone "example.org" { type primary; file "example.org"; };
zone "example.test" { type primary; file "example.test"; };
zone "0.0.127.in-addr.arpa" { type primary; file "reverse"; };
// Everything else is not there, at once: block lists that nobody answers for would be waited for.
zone "." { type primary; file "root"; };
CONF
    for name in example.org example.test reverse; do
        printf '$TTL 3600\n@ SOA ns.example.org. admin.example.org. 1 3600 600 86400 60\n@ NS ns.example.org.\n' >"$dir/$name"
    done
    printf '$TTL 3600\n@ SOA ns. admin. 1 3600 600 86400 60\n@ NS ns.\nns A 127.0.0.1\n' >"$dir/root"
    cat >>"$dir/example.org" <<ZONE
@ A 127.0.0.1
@ MX 10 bench
@ TXT "v=spf1 ip4:127.0.0.1 -all"
_dmarc TXT "v=DMARC1; p=reject"
ns A $dns
bench A 127.0.0.1
bench._domainkey TXT ( "v=DKIM1; k=rsa; p=" $(openssl rsa -in "$work/bench.pem" -pubout -outform DER 2>/dev/null | base64 -w 200 | sed 's/.*/"&"/' | tr '\n' ' ') )
ZONE
    echo '1 PTR bench.example.org.' >>"$dir/reverse"
    named -f -4 -g -c "$dir/named.conf" >"$dir/out.log" 2>&1 &
    processes+=($!)
    wait_for_port 53 "$dir/out.log"
}

# start_rspamd NORMAL CONTROLLER MILTER: Debian's rules, our DNS, no address that it trusts.
start_rspamd() {
    local dir=$work/rspamd
    mkdir -p "$dir/local.d" "$dir/override.d"
    chown -R _rspamd: "$dir"
    cat >"$dir/local.d/options.inc" <<CONF
dns { nameserver = ["$dns"]; timeout = 1s; retransmits = 1; }
local_addrs = [];
pidfile = "$dir/pid";
control_socket = "$dir/control mode=0600";
tempdir = "$dir";
CONF
    echo "bind_socket = \"127.0.0.1:$1\"; count = 2;" >"$dir/local.d/worker-normal.inc"
    echo "bind_socket = \"127.0.0.1:$2\"; secure_ip = \"127.0.0.1\";" >"$dir/local.d/worker-controller.inc"
    echo "bind_socket = \"127.0.0.1:$3\"; milter = yes; count = 2; upstream \"local\" { default = yes; self_scan = yes; }" \
        >"$dir/local.d/worker-proxy.inc"
    # It asks the world, which is not there; and the other side's opendkim signs.
    echo 'enabled = false;' | tee "$dir/local.d/fuzzy_check.conf" >"$dir/local.d/dkim_signing.conf"
    echo 'type = "console"; level = "warning";' >"$dir/override.d/logging.inc"
    rspamd -f -u _rspamd -g _rspamd -c /etc/rspamd/rspamd.conf --var="LOCAL_CONFDIR=$dir" --var="DBDIR=$dir" --var="RUNDIR=$dir" \
        >"$dir/out.log" 2>&1 &
    processes+=($!)
    # The first time it compiles its expressions.
    wait_for_port "$1" "$dir/out.log" 90
    wait_for_port "$3" "$dir/out.log"
}

# start_opendkim NAME PORT MODE: v verifies what anybody sends, s signs what anybody hands in. Sets opendkim_NAME_pid.
start_opendkim() {
    local name=$1 port=$2 mode=$3 dir=$work/opendkim-$1
    mkdir -p "$dir"
    echo "192.0.2.1" >"$dir/nobody"
    echo "0.0.0.0/0" >"$dir/anybody"
    {
        echo "Mode $mode"
        echo "Socket inet:$port@127.0.0.1"
        echo "Nameservers $dns"
        echo "Canonicalization relaxed/simple"
        echo "Syslog no"
        echo "RequireSafeKeys no"
        if [ "$mode" = v ]; then
            echo "InternalHosts $dir/nobody"
        else
            echo "InternalHosts $dir/anybody"
            echo "Domain example.test"
            echo "Selector bench"
            echo "KeyFile $work/sign.pem"
        fi
    } >"$dir/opendkim.conf"
    opendkim -f -x "$dir/opendkim.conf" >"$dir/out.log" 2>&1 &
    printf -v "opendkim_${name}_pid" %s $!
    processes+=($!)
    wait_for_port "$port" "$dir/out.log"
}

# add_filters_to_postfix VERIFY RSPAMD SUBMISSION SIGN SINK: the checks at port 25, a port that takes mail for
# elsewhere and signs it, and where all that goes.
add_filters_to_postfix() {
    local etc=$work/postfix/etc
    cat >>"$etc/main.cf" <<CONF
milter_default_action = tempfail
smtpd_milters = inet:127.0.0.1:$1 inet:127.0.0.1:$2
relayhost = [127.0.0.1]:$5
smtp_tls_security_level = none
CONF
    cat >>"$etc/master.cf" <<CONF
127.0.0.1:$3 inet n - n - - smtpd
  -o smtpd_milters=inet:127.0.0.1:$4
  -o smtpd_relay_restrictions=permit_mynetworks,reject
smtp      unix  -       -       n       -       -       smtp
CONF
    postfix -c "$etc" reload >>"$work/postfix/out.log" 2>&1
    wait_for_port "$3" "$work/postfix/out.log"
}
