#!/usr/bin/env bash
# The webmail beside Debian's Roundcube (nginx, PHP-FPM, Dovecot, Postfix): the same actions in one Chromium, in one run.
#
#   bench/webmail.sh [--messages N] [--samples N] [--work DIR] [--keep] [--only WORD]... [--ours | --theirs]
#
# --messages  in the large folder (default 10,000); the inbox has 200
# --samples   of each action; the table has the medians (default 20)
# --work      where all servers keep their data (default: a new folder in /dev/shm)
# --keep      leave that folder behind; with --work again its mailboxes are used as they are
# --only      actions whose name has this word
# --ours      Casella alone; --theirs: Roundcube alone
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
# shellcheck source=running.sh
. "$here/running.sh"
# shellcheck source=casella.sh
. "$here/casella.sh"
# shellcheck source=peers.sh
. "$here/peers.sh"

messages=10000 samples=20 work= keep= only=() wants_ours=1 wants_theirs=1 accounts=1 password=bench-password
while [ $# -gt 0 ]; do
    case $1 in
        --messages) messages=$2; shift 2 ;;
        --samples) samples=$2; shift 2 ;;
        --work) work=$2; mkdir -p "$work"; work=$(cd "$work" && pwd); shift 2 ;;
        --keep) keep=1; shift ;;
        --only) only+=(--only "$2"); shift 2 ;;
        --ours) wants_theirs=; shift ;;
        --theirs) wants_ours=; shift ;;
        -h | --help) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "unknown option $1; see --help" >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "run this as root: it starts mail servers" >&2; exit 2; }
[ -n "$work" ] || work=$(mktemp -d /dev/shm/casella-webmail.XXXXXX)
chmod 755 "$work"
export UseSharedCompilation=true
trap stop_all EXIT
trap 'exit 130' INT TERM

install_webmail() {
    local missing=()
    [ -x /usr/bin/chromium ] || missing+=(chromium)
    [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
    [ -x /usr/sbin/php-fpm8.2 ] || missing+=(php8.2-fpm)
    [ -d /var/lib/roundcube ] || missing+=(roundcube-core roundcube-sqlite3 php-sqlite3 php-mbstring php-intl php-xml)
    install_packages "${missing[@]}"
}

# start_roundcube HTTPS IMAPS SMTP: as Debian installs it, on nginx, with opcache and compressed styles and scripts.
start_roundcube() {
    local https=$1 imaps=$2 smtp=$3 dir=$work/roundcube
    mkdir -p "$dir/config" "$dir/temp" "$dir/nginx"
    cp /etc/roundcube/defaults.inc.php /etc/roundcube/mimetypes.php "$dir/config"
    cat >"$dir/config/config.inc.php" <<CONF
<?php
\$config['db_dsnw'] = 'sqlite:///$dir/roundcube.db?mode=0600';
\$config['imap_host'] = 'ssl://localhost:$imaps';
\$config['imap_conn_options'] = ['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]];
\$config['smtp_host'] = 'localhost:$smtp';
\$config['smtp_user'] = '';
\$config['smtp_pass'] = '';
\$config['log_dir'] = '$dir';
\$config['temp_dir'] = '$dir/temp';
\$config['des_key'] = '0123456789abcdef01234567';
\$config['plugins'] = [];
\$config['skin'] = 'elastic';
\$config['create_default_folders'] = true;
\$config['enable_spellcheck'] = false;
CONF
    [ -e "$dir/roundcube.db" ] || php -r "(new PDO('sqlite:$dir/roundcube.db'))->exec(file_get_contents('/usr/share/roundcube/SQL/sqlite.initial.sql'));"
    cat >"$dir/fpm.conf" <<CONF
[global]
error_log = $dir/fpm.log
daemonize = no
[roundcube]
user = www-data
group = www-data
listen = $dir/fpm.sock
listen.owner = www-data
pm = static
pm.max_children = 8
env[ROUNDCUBE_CONFIG_DIR] = $dir/config
php_admin_value[error_log] = $dir/php.log
CONF
    cat >"$dir/nginx.conf" <<CONF
user www-data;
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/nginx.log;
events { worker_connections 1024; }
http {
    include /etc/nginx/mime.types;
    access_log off;
    sendfile on;
    tcp_nopush on;
    gzip on;
    gzip_types text/css application/javascript application/json text/plain image/svg+xml;
    client_body_temp_path $dir/nginx/body;
    fastcgi_temp_path $dir/nginx/fastcgi;
    proxy_temp_path $dir/nginx/proxy;
    uwsgi_temp_path $dir/nginx/uwsgi;
    scgi_temp_path $dir/nginx/scgi;
    server {
        listen 127.0.0.1:$https ssl http2;
        ssl_certificate $work/cert.pem;
        ssl_certificate_key $work/key.pem;
        ssl_session_cache shared:tls:1m;
        root /var/lib/roundcube/public_html;
        index index.php;
        # Debian's javascript packages are linked from there.
        disable_symlinks off;
        location ~ \.php$ {
            include /etc/nginx/fastcgi.conf;
            fastcgi_pass unix:$dir/fpm.sock;
        }
        location ~* \.(css|js|svg|png|woff2?)$ { expires 30d; }
    }
}
CONF
    chown -R www-data: "$dir"
    php-fpm8.2 --nodaemonize --fpm-config "$dir/fpm.conf" </dev/null >"$dir/fpm.out" 2>&1 &
    processes+=($!)
    nginx -c "$dir/nginx.conf" -g 'daemon off;' </dev/null >"$dir/nginx.out" 2>&1 &
    processes+=($!)
    wait_for_port "$https" "$dir/nginx.out"
    theirs=(--theirs "https://localhost:$https" --theirs-imap "imaps://127.0.0.1:$imaps")
}

dotnet build -c Release "$root/bench/Casella.WebBench" -v q --nologo >"$work/build.log" 2>&1 \
    || { cat "$work/build.log" >&2; exit 1; }
webbench=$root/bench/Casella.WebBench/bin/Release/net10.0/Casella.WebBench
install_webmail
port=$(free_ports 16)
ours=() theirs=()
if [ -n "$wants_ours" ]; then
    build_casella
    fill_casella
    # Nobody calls back what a bench sends: on both sides a mail leaves when its writer says so.
    start_casella "$port" CASELLA_HostName=localhost CASELLA_Limits__Web__SendDelay=00:00:00.001 \
        CASELLA_Listeners__Https=127.0.0.1:$((port + 3))
    wait_for_port $((port + 3)) "$work/casella/casella.log"
    ours=(--ours "https://localhost:$((port + 3))" --ours-imap "imaps://127.0.0.1:$port" --ours-pid "$casella_pid")
    # What has just been filled is indexed beside all other work, at a tenth of a processor: nobody waits for that here.
    "$webbench" "${ours[@]}" --password "$password" --messages "$messages" --fill-only
    "$casella" index rebuild bench1@example.test --data "$work/casella/data" >"$work/casella/index.log"
fi
if [ -n "$wants_theirs" ]; then
    install_peers
    make_certificate
    start_dovecot dovecot $((port + 4)) $((port + 5)) $((port + 6)) 0
    start_postfix $((port + 7)) "$work/dovecot/run/lmtp"
    start_roundcube $((port + 8)) $((port + 4)) $((port + 7))
fi
"$webbench" "${ours[@]}" "${theirs[@]}" --password "$password" \
    --messages "$messages" --samples "$samples" "${only[@]}"
