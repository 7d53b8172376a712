import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";

const { pattern, rule } = nameFormats.rows.computeResource;

/** Checks the key of a part of a network, which becomes the suffix of the part's name. */
export const partKey = (what: string) => check.matching(pattern, `${what} ${rule}`);
