// go-mssqldb as a witness: plain TDS, and Always Encrypted without enclaves.   witness SANDBOX_JSON KEY_PEM WRONG_KEY_PEM [GROUP...]
// GROUP: exchange-write, exchange-read, tampered; all the rest without any.
// Each step prints "ok NAME: what was seen" or "FAIL NAME: ..."; exit status 1 if one failed.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
)

var sandbox struct {
	Server, User, Database string
	PasswordFile           string `json:"password_file"`
	CaFile                 string `json:"ca_file"`
}
var failures int

func step(name string, body func() (string, error)) {
	defer func() {
		if r := recover(); r != nil {
			failures++
			fmt.Printf("FAIL %s: %v\n", name, r)
		}
	}()
	seen, err := body()
	if err != nil {
		failures++
		fmt.Printf("FAIL %s: %v\n", name, err)
		return
	}
	fmt.Printf("ok %s: %s\n", name, seen)
}

func open(options string, key *testKey) *sql.DB {
	password, _ := os.ReadFile(sandbox.PasswordFile)
	port := strings.Split(sandbox.Server, ",")[1]
	address := fmt.Sprintf("sqlserver://%s:%s@localhost:%s?database=%s&certificate=%s&%s", url.QueryEscape(sandbox.User),
		url.QueryEscape(strings.TrimSpace(string(password))), port, sandbox.Database, url.QueryEscape(sandbox.CaFile), options)
	connector, err := mssql.NewConnector(address)
	if err != nil {
		panic(err)
	}
	if key != nil {
		for _, name := range []string{"ES_TEST_KEY", "ES_KEY_FILE", "MSSQL_JAVA_KEYSTORE"} { // it wants a provider for each value of a key
			connector.RegisterCekProvider(name, key)
		}
	}
	return sql.OpenDB(connector)
}

func must(db *sql.DB, text string, arguments ...interface{}) {
	if _, err := db.Exec(text, arguments...); err != nil {
		panic(fmt.Sprintf("%.120s: %s", text, said(err)))
	}
}

// said is every message of an error: the server's last one often only says that the statement could not be prepared.
func said(err error) string {
	var e mssql.Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	var all []string
	for _, one := range e.All {
		all = append(all, fmt.Sprintf("%d %s", one.Number, one.Message))
	}
	return strings.Join(all, " | ")
}

func one(db *sql.DB, text string, arguments ...interface{}) string {
	var seen interface{}
	if err := db.QueryRow(text, arguments...).Scan(&seen); err != nil {
		panic(fmt.Sprintf("%.120s: %v", text, err))
	}
	return shown(seen)
}

func shown(v interface{}) string {
	switch x := v.(type) {
	case nil:
		return "NULL"
	case []byte:
		return string(x)
	case time.Time:
		return x.Format("2006-01-02 15:04:05.9999999 -07:00")
	}
	return fmt.Sprint(v)
}

func number(err error) int32 {
	var e mssql.Error
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

func plain(db *sql.DB) {
	for _, k := range append(kinds(), plainKinds()...) {
		k := k
		step("go-type-"+k.name, func() (string, error) { return thereAndBack(db, k, "") })
	}
	step("go-types-by-literal", func() (string, error) {
		seen := one(db, "SELECT CAST('99999999999999999999999999999999999999' AS decimal(38,0))") + " " + one(db, "SELECT CAST(-922337203685477.5808 AS money)") + " " + one(db, "SELECT CAST(NULL AS int)")
		if seen != "99999999999999999999999999999999999999 -922337203685477.5808 NULL" {
			return "", errors.New(seen)
		}
		return seen, nil
	})
	step("go-prepared", func() (string, error) {
		s, err := db.Prepare("SELECT COUNT(*) FROM HR.Employees WHERE EmployeeID <= @p1")
		if err != nil {
			return "", err
		}
		defer s.Close()
		var a, b int
		if err := s.QueryRow(10).Scan(&a); err != nil {
			return "", err
		}
		if err := s.QueryRow(20).Scan(&b); err != nil || a != 10 || b != 20 {
			return "", fmt.Errorf("%d %d %v", a, b, err)
		}
		return "10, 20", nil
	})
	step("go-output-parameter", func() (string, error) {
		var twice int64
		_, err := db.Exec("SET @twice = @in * 2", sql.Named("in", 21), sql.Named("twice", sql.Out{Dest: &twice}))
		if err == nil && twice != 42 {
			err = fmt.Errorf("%d", twice)
		}
		return fmt.Sprint(twice), err
	})
	step("go-procedure", func() (string, error) {
		must(db, "CREATE PROCEDURE dbo.GoOut @in int, @twice int OUTPUT AS BEGIN SET @twice = @in * 2; RETURN 7; END")
		var twice int64
		var status mssql.ReturnStatus
		_, err := db.Exec("dbo.GoOut", sql.Named("in", 21), sql.Named("twice", sql.Out{Dest: &twice}), &status)
		if err == nil && (twice != 42 || status != 7) {
			err = fmt.Errorf("%d %d", twice, status)
		}
		return fmt.Sprint(twice, status), err
	})
	step("go-several-results", func() (string, error) {
		rows, err := db.Query("SELECT 1; SELECT 2 UNION ALL SELECT 3")
		if err != nil {
			return "", err
		}
		defer rows.Close()
		var seen []int
		for more := true; more; more = rows.NextResultSet() {
			for rows.Next() {
				var n int
				if err := rows.Scan(&n); err != nil {
					return "", err
				}
				seen = append(seen, n)
			}
			seen = append(seen, -1)
		}
		if fmt.Sprint(seen) != "[1 -1 2 3 -1]" {
			return "", fmt.Errorf("%v %v", seen, rows.Err())
		}
		return fmt.Sprint(seen), rows.Err()
	})
	step("go-transactions", func() (string, error) {
		must(db, "CREATE TABLE dbo.GoT (n int)")
		t, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelSerializable})
		if err != nil {
			return "", err
		}
		if _, err = t.Exec("INSERT INTO dbo.GoT VALUES (1)"); err != nil {
			return "", err
		}
		if err = t.Rollback(); err != nil {
			return "", err
		}
		if t, err = db.Begin(); err != nil {
			return "", err
		}
		if _, err = t.Exec("INSERT INTO dbo.GoT VALUES (2)"); err != nil {
			return "", err
		}
		if err = t.Commit(); err != nil {
			return "", err
		}
		seen := one(db, "SELECT COUNT(*) FROM dbo.GoT") + " row, " + one(db, "SELECT MAX(n) FROM dbo.GoT")
		if seen != "1 row, 2" {
			return "", errors.New(seen)
		}
		return seen, nil
	})
	step("go-cancel", func() (string, error) {
		c, stop := context.WithTimeout(context.Background(), 500*time.Millisecond)
		defer stop()
		started := time.Now()
		_, err := db.ExecContext(c, "SELECT COUNT(*) FROM HR.Employees AS a CROSS JOIN HR.Employees AS b CROSS JOIN HR.Employees AS c WHERE a.LastName < b.LastName")
		if err == nil || time.Since(started) > 8*time.Second {
			return "", fmt.Errorf("%v after %v", err, time.Since(started))
		}
		return one(db, "SELECT 'usable'"), nil
	})
	step("go-error", func() (string, error) {
		if _, err := db.Exec("SELECT 1 / 0"); number(err) != 8134 {
			return "", fmt.Errorf("%v", err)
		}
		return "8134", nil
	})
	step("go-bulk", func() (string, error) { return bulk(db) }) // the driver copies nothing into encrypted columns
}

func bulk(db *sql.DB) (string, error) {
	must(db, "IF OBJECT_ID(N'dbo.GoBulk') IS NOT NULL DROP TABLE dbo.GoBulk")
	must(db, "CREATE TABLE dbo.GoBulk (n int NOT NULL, name nvarchar(40) NULL)")
	s, err := db.Prepare(mssql.CopyIn("dbo.GoBulk", mssql.BulkOptions{}, "n", "name"))
	if err != nil {
		return "", err
	}
	for n := 0; n < 500; n++ {
		if _, err := s.Exec(n, fmt.Sprintf("näme %d", n)); err != nil {
			return "", err
		}
	}
	if _, err := s.Exec(); err != nil {
		return "", err
	}
	if err := s.Close(); err != nil {
		return "", err
	}
	seen := one(db, "SELECT COUNT(*) FROM dbo.GoBulk") + ", " + one(db, "SELECT name FROM dbo.GoBulk WHERE n = 499")
	if seen != "500, näme 499" {
		return "", errors.New(seen)
	}
	return seen, nil
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = json.Unmarshal(text, &sandbox)
	}
	var key, wrong *testKey
	if err == nil {
		key, err = loadTestKey(os.Args[2])
	}
	if err == nil {
		wrong, err = loadTestKey(os.Args[3])
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(2)
	}
	db, encrypting := open("encrypt=true", nil), open("encrypt=true&columnencryption=true", key)
	for _, group := range os.Args[4:] {
		switch group {
		case "tampered":
			tampered(encrypting)
		case "exchange-write":
			exchangeWrite(encrypting)
		case "exchange-read":
			exchangeRead(encrypting)
		default:
			panic("no group " + group)
		}
	}
	if len(os.Args) == 4 {
		step("go-login", func() (string, error) { return one(db, "SELECT CAST(@@VERSION AS varchar(60))"), nil })
		step("go-login-strict", func() (string, error) { return one(open("encrypt=strict", nil), "SELECT 1"), nil })
		step("go-foreign-authority", foreignAuthority)
		plain(db)
		alwaysEncrypted(db, encrypting, key, wrong)
	}
	if failures > 0 {
		os.Exit(1)
	}
}
