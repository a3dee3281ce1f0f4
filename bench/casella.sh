# Casella with its defaults on free ports, for the scripts beside it.

# build_casella: sets casella.
build_casella() {
    dotnet build -c Release "$root/src/Casella.Server" -v q --nologo >"$work/build.log" 2>&1 \
        || { cat "$work/build.log" >&2; exit 1; }
    casella=$root/src/Casella.Server/bin/Release/net10.0/casella
}

# fill_casella [POLICY...]: the data folder with the mailboxes of the bench, unless it is there.
fill_casella() {
    local dir=$work/casella i
    mkdir -p "$dir"
    [ ! -e "$dir/data" ] || return 0
    {
        echo "address,password,quota,name"
        for ((i = 1; i <= accounts + 1; i++)); do echo "bench$i@example.test,$password,none,Bench"; done
    } >"$dir/accounts.csv"
    "$casella" domain add example.test --data "$dir/data" >"$dir/setup.log"
    "$casella" account import "$dir/accounts.csv" --data "$dir/data" >>"$dir/setup.log"
    # Emptying a mailbox before a workload is a mass deletion: its notice would be a message that no workload has sent.
    for ((i = 1; i <= accounts + 1; i++)); do
        "$casella" account policy "bench$i@example.test" brake=off "$@" --data "$dir/data" >>"$dir/setup.log"
    done
}

# start_casella PORT [NAME=VALUE...]: IMAP, POP3 and SMTP on this port and the two after it, further settings in the
# environment. Sets casella_pid and casella_target.
start_casella() {
    local first=$1 dir=$work/casella
    shift
    env CASELLA_HostName=mail.example.test CASELLA_Logging__Level=Warning \
        CASELLA_Listeners__Imaps=127.0.0.1:"$first" CASELLA_Listeners__Pop3s=127.0.0.1:$((first + 1)) \
        CASELLA_Listeners__Smtp=127.0.0.1:$((first + 2)) CASELLA_Listeners__Imap=off CASELLA_Listeners__Pop3=off \
        CASELLA_Listeners__ManageSieve=off CASELLA_Listeners__Http=off CASELLA_Listeners__Https=off \
        CASELLA_Listeners__Submission=off CASELLA_Listeners__Submissions=off "$@" \
        "$casella" serve --data "$dir/data" </dev/null >"$dir/out.log" 2>"$dir/casella.log" &
    casella_pid=$!
    processes+=("$casella_pid")
    wait_for_port "$first" "$dir/casella.log"
    wait_for_port $((first + 2)) "$dir/casella.log"
    casella_target=(--imap "imaps://127.0.0.1:$first" --pop3 "pop3s://127.0.0.1:$((first + 1))"
        --smtp "smtp://127.0.0.1:$((first + 2))" --server-pid "$casella_pid")
}
