import * as pulumi from "@pulumi/pulumi";
import { dnsLimits } from "../facts/limits/dns";
import * as check from "../internal/arguments/check";
import { type DnsRecordType, typeOfRecord, valueForm } from "./recordTypes";

/** The values of records with one name and type. */
export type DnsValues = pulumi.Input<readonly pulumi.Input<string>[]>;

const { values, nameServers } = dnsLimits.rows;

/** Checks the values of a type. */
export function valuesOf(type: DnsRecordType): check.Check<DnsValues> {
    const { isValid, wording } = typeOfRecord(type);
    const value = check.input(check.pipe(check.text(), check.refine(isValid, wording)));
    return check.input(
        check.pipe(
            check.list(value, `must be a list of values, of which each ${wording}`),
            check.refine((all) => all.length > 0, "must have at least one value"),
            check.atMost(type === "NS" ? nameServers : values),
        ),
    );
}

/** Values as Cloud DNS stores them. */
export const forms = (type: DnsRecordType, all: DnsValues): pulumi.Output<string[]> =>
    pulumi.output(all).apply((known) => known.map((value) => valueForm(type, value)));
