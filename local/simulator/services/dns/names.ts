import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "dns.googleapis.com";

export const dnsApi: [string, string] = [api, "Cloud DNS API"];

/** The path of a zone, from its name, path or self link. */
export const zonePath = ({ project }: Inputs, zone: string): string =>
    `projects/${project}/managedZones/${lastPart(zone)}`;

export const fullName = (path: string): string => `//${api}/${path}`;

export const invalid = (field: string, value: unknown) =>
    new GoogleError(400, `Invalid value for 'entity.${field}': '${value}'`, { reason: "invalid" });

export const zoneMissing = (zone: string) =>
    new GoogleError(404, `The 'parameters.managedZone' resource named '${lastPart(zone)}' does not exist.`, {
        reason: "notFound",
    });
