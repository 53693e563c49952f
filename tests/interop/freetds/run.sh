#!/usr/bin/env bash
# FreeTDS (tsql, bsqldb, freebcp) against the sandbox: plain TDS.   tests/interop/freetds/run.sh [FOLDER_OF_PROGRAMS]
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

echo "-- FreeTDS"
start_sandbox none
configuration() { # configuration CA_FILE
  printf '[global]\n  tds version = 7.4\n  encryption = require\n  ca file = %s\n  check certificate hostname = yes\n  client charset = UTF-8\n  text size = 64512000\n[sandbox]\n  host = localhost\n  port = %s\n' "$1" "$port"
}
configuration "$ca" > "$work/freetds.conf"
export FREETDSCONF=$work/freetds.conf TDSVER=7.4
password=$(cat "$password_file")
tsql_run() { tsql -S sandbox -U "$user" -P "$password" -D "$database" -o q; }
# bsqldb prints a result per SELECT; columns are parted by "|".
bsqldb_run() { bsqldb -S sandbox -U "$user" -P "$password" -D "$database" -t '|' -h -q; }
expect() { # expect TEXT: standard input must be it
  local seen
  seen=$(sed 's/[[:space:]]*$//' | grep -v '^$' || true)
  [ "$seen" = "$1" ] && echo "$1" | tr '\n' ';' || { printf 'expected:\n%s\nseen:\n%s\n' "$1" "$seen" >&2; return 1; }
}

tsql_reads() {
  printf 'SELECT COUNT(*) AS n, MAX(EmployeeID) AS last FROM HR.Employees\nGO\nSELECT TOP (1) EmployeeID, SSN, FirstName, LastName, Salary FROM HR.Employees ORDER BY EmployeeID\nGO\nEXIT\n' \
    | tsql_run > "$work/tsql.out" 2>&1
  grep -Eq '^1000[[:space:]]' "$work/tsql.out" && grep -Eq '[0-9]{3}-[0-9]{2}-[0-9]{4}' "$work/tsql.out" && tr '\n' ' ' < "$work/tsql.out" || { cat "$work/tsql.out" >&2; return 1; }
}
hold freetds-logs-in-over-tls-and-reads tsql_reads

tsql_refuses() { # another authority: the login must not even be tried
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/other.key" -out "$work/other.pem" -days 2 -subj /CN=other 2>/dev/null
  configuration "$work/other.pem" > "$work/freetds-other.conf"
  ! printf 'EXIT\n' | FREETDSCONF=$work/freetds-other.conf timeout 20 tsql -S sandbox -U "$user" -P "$password" -o q >"$work/tsql2.out" 2>&1 && echo "refused by FreeTDS under another authority"
}
hold freetds-refuses-a-foreign-authority tsql_refuses

types() { # what the server sends is printed by FreeTDS's own conversions; bsqldb has none for the newer types and overruns its buffer on long decimals
  bsqldb_run <<'SQL' | expect "$(cat <<'OUT'
255|-32768|2147483647|-9223372036854775808|1
922337203685477.5807|-214748.3648
NULL|NULL|NULL
abc|Gräce €|漢字|0x01ff
OUT
)"
SELECT CAST(255 AS tinyint), CAST(-32768 AS smallint), CAST(2147483647 AS int), CAST(-9223372036854775808 AS bigint), CAST(1 AS bit)
go
SELECT CONVERT(varchar(30), CAST(922337203685477.5807 AS money), 2), CONVERT(varchar(30), CAST(-214748.3648 AS smallmoney), 2)
go
SELECT CAST(NULL AS int), CAST(NULL AS nvarchar(10)), CAST(NULL AS datetime)
go
SELECT CAST('abc' AS varchar(10)), CAST(N'Gräce €' AS nvarchar(20)), CAST(N'漢字' AS nchar(2)), CAST(0x01FF AS varbinary(8))
go
SQL
}
hold bsqldb-types types

newer_types() {
  printf '%s\ngo\nexit\n' "SELECT CAST('6F9619FF-8B86-D011-B42D-00C04FC964FF' AS uniqueidentifier), CAST('0001-01-01' AS date), CAST('23:59:59.9999999' AS time(7)), CAST('9999-12-31 23:59:59.9999999' AS datetime2(7)), CAST('2024-02-29 12:00:00.1234567 +14:00' AS datetimeoffset(7)), CAST('99999999999999999999999999999999999999' AS decimal(38,0))" \
    | tsql_run > "$work/newer.out" 2>&1
  grep -q '^6F9619FF-8B86-D011-B42D-00C04FC964FF' "$work/newer.out" && grep -q '99999999999999999999999999999999999999' "$work/newer.out" && grep '^6F96' "$work/newer.out" || { cat "$work/newer.out" >&2; return 1; }
}
hold tsql-newer-types newer_types

results() {
  bsqldb_run <<'SQL' | expect "$(printf '1\n2|two\n3|three')"
SELECT 1 SELECT 2, 'two' UNION ALL SELECT 3, 'three'
go
SQL
}
hold bsqldb-several-results results

transactions() {
  bsqldb_run <<'SQL' | expect "$(printf '1\n0\n1')"
CREATE TABLE dbo.FreeTdsT (n int NOT NULL)
go
BEGIN TRANSACTION
INSERT INTO dbo.FreeTdsT VALUES (1)
SELECT COUNT(*) FROM dbo.FreeTdsT
ROLLBACK TRANSACTION
go
SELECT COUNT(*) FROM dbo.FreeTdsT
go
BEGIN TRANSACTION
INSERT INTO dbo.FreeTdsT VALUES (1)
COMMIT TRANSACTION
SELECT COUNT(*) FROM dbo.FreeTdsT
go
SQL
}
hold bsqldb-transactions transactions

savepoints() {
  bsqldb_run <<'SQL' | expect "$(printf '10\n12')"
CREATE TABLE dbo.FreeTdsS (n int NOT NULL)
go
BEGIN TRANSACTION
INSERT INTO dbo.FreeTdsS VALUES (10)
SAVE TRANSACTION s
INSERT INTO dbo.FreeTdsS VALUES (11)
ROLLBACK TRANSACTION s
INSERT INTO dbo.FreeTdsS VALUES (12)
COMMIT TRANSACTION
SELECT n FROM dbo.FreeTdsS ORDER BY n
go
SQL
}
hold bsqldb-savepoints savepoints

procedure() {
  bsqldb_run <<'SQL' | expect "$(printf '21\n42|7')"
CREATE PROCEDURE dbo.FreeTdsOut @in int, @twice int OUTPUT AS BEGIN SELECT @in; SET @twice = @in * 2; RETURN 7; END
go
DECLARE @twice int, @status int
EXEC @status = dbo.FreeTdsOut 21, @twice OUTPUT
SELECT @twice, @status
go
SQL
}
hold bsqldb-procedure procedure

large() { # 2 MB, by length and by its last characters; freebcp brings it whole
  printf "CREATE TABLE dbo.FreeTdsLarge (v varchar(max) NULL)\nINSERT INTO dbo.FreeTdsLarge (v) SELECT REPLICATE(CAST('0123456789' AS varchar(max)), 200000) + 'end'\ngo\n" | bsqldb_run
  freebcp dbo.FreeTdsLarge out "$work/large.txt" -D "$database" -S sandbox -U "$user" -P "$password" -c -T 4000000 > "$work/bcp3.out" 2>&1 || { cat "$work/bcp3.out" >&2; return 1; }
  [ "$(tr -d '\n' < "$work/large.txt" | wc -c)" = 2000003 ] && tail -c 14 "$work/large.txt" | tr -d '\n' || { wc -c "$work/large.txt" >&2; return 1; }
}
hold freebcp-large large

errors() {
  printf 'SELECT * FROM dbo.Nothing\ngo\n' | bsqldb_run > "$work/e.out" 2>&1 || true
  grep -q "Msg 208" "$work/e.out" && grep -q "Invalid object name 'dbo.Nothing'" "$work/e.out" && echo 208 || { cat "$work/e.out" >&2; return 1; }
}
hold bsqldb-error errors

table="CREATE TABLE dbo.FreeTdsBulk (n int NOT NULL, ssn char(11) NOT NULL, name varchar(40) NULL, pay decimal(10,2) NULL, at datetime NULL)"
bulk() {
  printf '%s\ngo\n' "$table" | bsqldb_run
  for n in $(seq 500); do printf '%d|900-10-%04d|name %d|%d.25|2024-02-29 12:00:00.000\n' "$n" "$n" "$n" "$n"; done > "$work/in.txt"
  freebcp dbo.FreeTdsBulk in "$work/in.txt" -D "$database" -S sandbox -U "$user" -P "$password" -c -t '|' > "$work/bcp.out" 2>&1 || { cat "$work/bcp.out" >&2; return 1; }
  printf 'SELECT COUNT(*), MAX(n), SUM(pay) FROM dbo.FreeTdsBulk\ngo\n' | bsqldb_run | expect "500|500|125375.00"
}
hold freebcp-in bulk
bulk_out() { # bulk_out TABLE [OPTION...]
  local from=$1
  shift
  freebcp "$from" out "$work/out.txt" "$@" -S sandbox -U "$user" -P "$password" -c -t '|' > "$work/bcp2.out" 2>&1 || { cat "$work/bcp2.out" >&2; return 1; }
  [ "$(wc -l < "$work/out.txt")" = 1000 ] && head -1 "$work/out.txt" || { head -3 "$work/out.txt" >&2; return 1; }
}
hold freebcp-out bulk_out HR.Employees -D "$database"
hold freebcp-out-by-three-part-name bulk_out "$database.HR.Employees"
exit "$failed"
