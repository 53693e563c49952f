package main

import (
	"database/sql"
	"errors"
	"fmt"
	"sort"
	"strings"

	"github.com/golang-sql/civil"
	mssql "github.com/microsoft/go-mssqldb"
)

// One table under each shared key (made by ../keys.py), that every client writes a row to and reads all rows of.
var exchangeTables = []string{"dbo.ExchangeStudio", "dbo.ExchangeClients"}

// The driver declares money as nothing that a money column takes when it is encrypted, so that column stays NULL here.
func exchangeWrite(db *sql.DB) {
	step("go-exchange-write", func() (string, error) {
		for _, table := range exchangeTables {
			must(db, "INSERT INTO "+table+" (writer, ssn, name, number, born, data) VALUES ('go', @p1, @p2, @p3, @p4, @p5)", mssql.VarChar("900-10-2030"),
				"Gräce 漢", int64(-1234567890123), civil.Date{Year: 1980, Month: 2, Day: 29}, []byte{0, 1, 255})
		}
		return "one row in each table", nil
	})
}

func exchangeRead(db *sql.DB) {
	for _, table := range exchangeTables {
		step("go-exchange-read-"+table, func() (string, error) {
			rows, err := db.Query("SELECT writer, ssn, name, number, born, data FROM "+table+" WHERE number = @p1", int64(-1234567890123))
			if err != nil {
				return "", errors.New(said(err))
			}
			defer rows.Close()
			var writers []string
			for rows.Next() {
				var writer string
				var cells [5]interface{}
				if err := rows.Scan(&writer, &cells[0], &cells[1], &cells[2], &cells[3], &cells[4]); err != nil {
					return "", err
				}
				var seen []string
				for _, cell := range cells {
					seen = append(seen, shown(cell))
				}
				if row := strings.Join(seen, "|"); row != "900-10-2030|Gräce 漢|-1234567890123|1980-02-29 00:00:00 +00:00|\x00\x01\xff" {
					return "", fmt.Errorf("%s wrote %q", writer, row)
				}
				writers = append(writers, writer)
			}
			sort.Strings(writers)
			if !strings.Contains(strings.Join(writers, " "), "go") {
				return "", fmt.Errorf("rows of %v", writers)
			}
			return fmt.Sprintf("rows of %v", writers), rows.Err()
		})
	}
}

// With the system's authorities only, the login must not even be tried.
func foreignAuthority() (string, error) {
	file := sandbox.CaFile
	defer func() { sandbox.CaFile = file }()
	sandbox.CaFile = ""
	db := open("encrypt=true", nil)
	defer db.Close()
	err := db.Ping()
	if err == nil || !strings.Contains(err.Error(), "certificate") {
		return "", fmt.Errorf("not refused: %v", err)
	}
	return err.Error(), nil
}
