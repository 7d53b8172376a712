import { randomUUID } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writePrivate } from "../../../../../lib/privateFiles";
import type { Inputs } from "../../../../simulator";
import type { MySqlServer } from "./programs";

/** Databases of the server, which an export of all leaves out. */
const ofServer = ["mysql", "information_schema", "performance_schema", "sys"];

/** The content of an export: https://cloud.google.com/sql/docs/mysql/import-export */
export async function exported(server: MySqlServer, context: Inputs): Promise<Buffer> {
    const { fileType, databases = [], csvExportOptions = {}, sqlExportOptions = {} } = context;
    if (fileType === "CSV") {
        const { selectQuery } = csvExportOptions;
        const [database] = databases;
        return exchanged(server, async (file) => {
            const use = database ? `USE ${id(database)}; ` : "";
            const query = String(selectQuery).replace(/;\s*$/, "");
            await server.sql(`${use}${query} INTO OUTFILE '${file}' CHARACTER SET utf8mb4 ${formOf(csvExportOptions)}`);
            return readFileSync(file);
        });
    }
    const all = (await server.sql("SHOW DATABASES")).split("\n").filter((name) => name && !ofServer.includes(name));
    const { tables = [], schemaOnly } = sqlExportOptions;
    const options = ["--single-transaction", "--hex-blob", "--default-character-set=utf8mb4"];
    const own = server.flavour === "MySQL" ? ["--set-gtid-purged=OFF"] : [];
    const names = tables.length > 0 ? [databases[0], ...tables] : ["--databases", ...(databases[0] ? databases : all)];
    const args = [...options, ...own, ...(schemaOnly ? ["--no-data"] : []), ...names];
    return server.program(["mysqldump", "mariadb-dump"], args);
}

/** Imports content into a database. */
export async function imported(server: MySqlServer, context: Inputs, content: Buffer): Promise<void> {
    const { fileType, database, csvImportOptions = {} } = context;
    if (fileType !== "CSV") {
        const args = ["--default-character-set=utf8mb4", ...(database ? [`--database=${database}`] : [])];
        await server.program(["mysql", "mariadb"], args, content);
        return;
    }
    const { table, columns = [] } = csvImportOptions;
    const listed = columns.length > 0 ? ` (${columns.map(id).join(", ")})` : "";
    await exchanged(server, async (file) => {
        writePrivate(file, content);
        const into = `${id(database)}.${id(table)}`;
        await server.sql(
            `LOAD DATA INFILE '${file}' INTO TABLE ${into} CHARACTER SET utf8mb4 ${formOf(csvImportOptions)}${listed}`,
        );
    });
}

/** Characters of CSV, which the API has as hexadecimal codes: "CsvExportOptions". */
function formOf(options: Inputs): string {
    const code = (name: string, standard: string) => `0x${options[name] || standard}`;
    const fields = `FIELDS TERMINATED BY ${code("fieldsTerminatedBy", "2C")} OPTIONALLY ENCLOSED BY ${code("quoteCharacter", "22")}`;
    return `${fields} ESCAPED BY ${code("escapeCharacter", "5C")} LINES TERMINATED BY ${code("linesTerminatedBy", "0A")}`;
}

const id = (name: string): string => `\`${String(name).replaceAll("`", "``")}\``;

/** Lets the server read or write a file. */
async function exchanged<Result>({ exchange }: MySqlServer, work: (file: string) => Promise<Result>): Promise<Result> {
    const file = join(exchange, randomUUID());
    try {
        return await work(file);
    } finally {
        rmSync(file, { force: true });
    }
}
