import type { Inputs } from "../../rules/rules";
import { invalid } from "./names";
import { engineOf } from "./versions";

/** "Character Sets and Collations" of MySQL: character sets with their default collations. */
const ofMySql: Record<string, string> = {
    armscii8: "armscii8_general_ci",
    ascii: "ascii_general_ci",
    big5: "big5_chinese_ci",
    binary: "binary",
    cp1250: "cp1250_general_ci",
    cp1251: "cp1251_general_ci",
    cp1256: "cp1256_general_ci",
    cp1257: "cp1257_general_ci",
    cp850: "cp850_general_ci",
    cp852: "cp852_general_ci",
    cp866: "cp866_general_ci",
    cp932: "cp932_japanese_ci",
    dec8: "dec8_swedish_ci",
    eucjpms: "eucjpms_japanese_ci",
    euckr: "euckr_korean_ci",
    gb18030: "gb18030_chinese_ci",
    gb2312: "gb2312_chinese_ci",
    gbk: "gbk_chinese_ci",
    geostd8: "geostd8_general_ci",
    greek: "greek_general_ci",
    hebrew: "hebrew_general_ci",
    hp8: "hp8_english_ci",
    keybcs2: "keybcs2_general_ci",
    koi8r: "koi8r_general_ci",
    koi8u: "koi8u_general_ci",
    latin1: "latin1_swedish_ci",
    latin2: "latin2_general_ci",
    latin5: "latin5_turkish_ci",
    latin7: "latin7_general_ci",
    macce: "macce_general_ci",
    macroman: "macroman_general_ci",
    sjis: "sjis_japanese_ci",
    swe7: "swe7_swedish_ci",
    tis620: "tis620_thai_ci",
    ucs2: "ucs2_general_ci",
    ujis: "ujis_japanese_ci",
    utf16: "utf16_general_ci",
    utf16le: "utf16le_general_ci",
    utf32: "utf32_general_ci",
    utf8: "utf8_general_ci",
    utf8mb3: "utf8mb3_general_ci",
    utf8mb4: "utf8mb4_general_ci",
};

/** The character set of a MySQL collation. */
const setOf = (collation: string): string => collation.split("_")[0] as string;

const isNew = (version: string) => /^MYSQL_8_/.test(version);

/** The default collation of a MySQL character set in a version. */
const collationOf = (charset: string, version: string): string | undefined =>
    charset === "utf8mb4" && isNew(version) ? "utf8mb4_0900_ai_ci" : ofMySql[charset];

/** Completes the character set and collation of a database. */
export function defaultsOf({ charset, collation }: Inputs, version: string, old?: Inputs): Inputs {
    switch (engineOf(version)) {
        case "POSTGRES":
            return { charset: charset ?? "UTF8", collation: collation ?? "en_US.UTF8" };
        case "MYSQL": {
            const set =
                charset ?? (collation ? setOf(collation) : (old?.charset ?? (isNew(version) ? "utf8mb3" : "utf8")));
            const retained = charset === undefined || charset === old?.charset ? old?.collation : undefined;
            return { charset: set, collation: collation ?? retained ?? collationOf(set.toLowerCase(), version) };
        }
        default:
            return { charset: charset ?? "", collation: collation ?? old?.collation ?? "SQL_Latin1_General_CP1_CI_AS" };
    }
}

function refusal({ name, charset, collation }: Inputs, version: string): string | undefined {
    if (engineOf(version) === "POSTGRES") {
        if (charset !== undefined && charset.toUpperCase() !== "UTF8") {
            return `pq: encoding "${charset}" does not match locale "en_US.UTF8"`;
        }
        return collation !== undefined && collation !== "en_US.UTF8"
            ? `pq: new collation (${collation}) is incompatible with the collation of the template database (en_US.UTF8)`
            : undefined;
    }
    if (engineOf(version) === "SQLSERVER") {
        return charset ? `The character set ${charset} of database ${name} is not supported` : undefined;
    }
    const set = charset?.toLowerCase();
    if (set !== undefined && !ofMySql[set]) {
        return `Error 1115: Unknown character set: '${charset}'`;
    }
    if (collation !== undefined && !ofMySql[setOf(collation)]) {
        return `Error 1273: Unknown collation: '${collation}'`;
    }
    const alike = (one: string) => one.replace(/^utf8$/, "utf8mb3");
    return set !== undefined && collation !== undefined && alike(setOf(collation)) !== alike(set)
        ? `Error 1253: COLLATION '${collation}' is not valid for CHARACTER SET '${charset}'`
        : undefined;
}

/** Throws the engine's error for unknown character sets and collations. */
export function verifyCharacters(inputs: Inputs, version: string, old?: Inputs): void {
    const reason = refusal(inputs, version);
    if (reason) {
        throw invalid(`failed to ${old ? "update" : "create"} database ${inputs.name}. Detail: ${reason}.`);
    }
}
