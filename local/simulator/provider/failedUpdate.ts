import { unknown } from "../../machine/marks";
import type { Properties } from "../cloud/store";
import { types } from "../rules/catalogue";

export const sendsOnlyChanges = (token: string): boolean => types[token]?.sendsOnlyChanges === true;

/** The planned state without the values that only the server knows. */
export const asRecorded = (planned: Properties): Properties =>
    JSON.parse(JSON.stringify(planned, (_, value: unknown) => (value === unknown ? undefined : value))) as Properties;
