package main

import (
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/golang-sql/civil"
	mssql "github.com/microsoft/go-mssqldb"
)

// kind is a data type with the values that go in, what must come back, and a NULL that the driver declares as this type (nil: it cannot).
type kind struct {
	name     string
	values   []interface{}
	expected []string
	text     bool
	null     interface{}
}

func day(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.9999999 -07:00", text)
	if err != nil {
		panic(err)
	}
	return t
}

var long = strings.Repeat("ä漢", 5000)

// kinds are those that the driver declares exactly, so that they go into encrypted columns too.
func kinds() []kind {
	return []kind{
		{"bit", []interface{}{true, false}, []string{"true", "false"}, false, sql.NullBool{}},
		{"bigint", []interface{}{int64(-9223372036854775808), int64(9223372036854775807)}, []string{"-9223372036854775808", "9223372036854775807"}, false, sql.NullInt64{}},
		{"float", []interface{}{1.7976931348623157e308, 0.1}, []string{"1.7976931348623157e+308", "0.1"}, false, sql.NullFloat64{}},
		{"date", []interface{}{civil.Date{Year: 1, Month: 1, Day: 1}, civil.Date{Year: 9999, Month: 12, Day: 31}}, []string{"0001-01-01 00:00:00 +00:00", "9999-12-31 00:00:00 +00:00"}, false, nil},
		{"time(7)", []interface{}{civil.Time{Hour: 23, Minute: 59, Second: 59, Nanosecond: 999999900}}, []string{"0001-01-01 23:59:59.9999999 +00:00"}, false, nil},
		{"datetime2(7)", []interface{}{civil.DateTimeOf(day("9999-12-31 23:59:59.9999999 +00:00"))}, []string{"9999-12-31 23:59:59.9999999 +00:00"}, false, nil},
		{"datetimeoffset(7)", []interface{}{mssql.DateTimeOffset(day("2024-02-29 12:00:00.1234567 +14:00"))}, []string{"2024-02-29 12:00:00.1234567 +14:00"}, false, nil},
		{"varchar(20)", []interface{}{mssql.VarChar(""), mssql.VarChar("abc")}, []string{"", "abc"}, true, nil},
		{"nvarchar(20)", []interface{}{"", "漢字 😀"}, []string{"", "漢字 😀"}, true, nil},
		{"nvarchar(max)", []interface{}{mssql.NVarCharMax(long)}, []string{long}, true, nil},
		{"varbinary(20)", []interface{}{[]byte{0, 255, 0}}, []string{"\x00\xff\x00"}, false, nil},
	}
}

// plainKinds come to their type by the server's conversion.
func plainKinds() []kind {
	nines := strings.Repeat("9", 38)
	return []kind{
		{"tinyint", []interface{}{0, 255}, []string{"0", "255"}, false, sql.NullInt64{}},
		{"smallint", []interface{}{-32768, 32767}, []string{"-32768", "32767"}, false, sql.NullInt64{}},
		{"int", []interface{}{-2147483648, 2147483647}, []string{"-2147483648", "2147483647"}, false, sql.NullInt64{}},
		{"decimal(38,0)", []interface{}{nines, "-" + nines}, []string{nines, "-" + nines}, false, sql.NullString{}},
		{"decimal(38,38)", []interface{}{"0." + nines}, []string{"0." + nines}, false, sql.NullString{}},
		{"real", []interface{}{0.5, -1.25}, []string{"0.5", "-1.25"}, false, sql.NullFloat64{}},
		{"datetime", []interface{}{mssql.DateTime1(day("9999-12-31 23:59:59 +00:00"))}, []string{"9999-12-31 23:59:59 +00:00"}, false, sql.NullTime{}},
		{"smalldatetime", []interface{}{civil.DateTimeOf(day("2079-06-06 23:59:00 +00:00"))}, []string{"2079-06-06 23:59:00 +00:00"}, false, sql.NullTime{}},
		{"char(10)", []interface{}{mssql.VarChar("abc")}, []string{"abc       "}, true, sql.NullString{}},
		{"nchar(10)", []interface{}{"漢"}, []string{"漢         "}, true, sql.NullString{}},
		{"varchar(max)", []interface{}{mssql.VarCharMax(strings.Repeat("0123456789", 200_000))}, []string{strings.Repeat("0123456789", 200_000)}, true, sql.NullString{}},
		{"nvarchar(4000)", []interface{}{strings.Repeat("ä漢", 2000)}, []string{strings.Repeat("ä漢", 2000)}, true, sql.NullString{}},
		{"binary(4)", []interface{}{[]byte{1, 2}}, []string{"\x01\x02\x00\x00"}, false, []byte(nil)},
		{"varbinary(max)", []interface{}{[]byte(strings.Repeat("\x00\xff", 1_000_000))}, []string{strings.Repeat("\x00\xff", 1_000_000)}, false, []byte(nil)},
		{"uniqueidentifier", []interface{}{mssql.UniqueIdentifier{0x6F, 0x96, 0x19, 0xFF, 0x8B, 0x86, 0xD0, 0x11, 0xB4, 0x2D, 0, 0xC0, 0x4F, 0xC9, 0x64, 0xFF}},
			[]string{"\xff\x19\x96\x6f\x86\x8b\x11\xd0\xb4\x2d\x00\xc0\x4f\xc9\x64\xff"}, false, sql.NullString{}}, // read as the bytes on the wire
	}
}
func thereAndBack(db *sql.DB, k kind, options string) (string, error) {
	must(db, "IF OBJECT_ID(N'dbo.GoType') IS NOT NULL DROP TABLE dbo.GoType")
	must(db, "CREATE TABLE dbo.GoType (n int NOT NULL, v "+k.name+options+" NULL)")
	values, expected := append([]interface{}{}, k.values...), append([]string{}, k.expected...)
	if k.null != nil {
		values, expected = append(values, k.null), append(expected, "NULL")
	}
	for n, v := range values {
		must(db, "INSERT INTO dbo.GoType (n, v) VALUES (@p1, @p2)", n, v)
	}
	for n, text := range expected {
		if seen := one(db, fmt.Sprintf("SELECT v FROM dbo.GoType WHERE n = %d", n)); seen != text {
			return "", fmt.Errorf("expected %.60q, seen %.60q", text, seen)
		}
	}
	return fmt.Sprintf("%d values", len(values)), nil
}
