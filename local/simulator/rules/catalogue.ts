import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { ApiMethods, FunctionRules, Lookup, Service, TypeRules } from "./rules";

const folder = join(__dirname, "..", "services");

/** Each file of the services folder is a service. */
const services: Service[] = readdirSync(folder)
    .filter((file) => /^\w+\.(js|ts)$/.test(file))
    .map((file) => require(join(folder, file)).default);

/** The rules of all supported types, by Pulumi token. */
export const types: Record<string, TypeRules> = Object.assign({}, ...services.map((service) => service.types));

export const functions: Record<string, FunctionRules> = Object.assign(
    {},
    ...services.map((service) => service.functions),
);

/** The data sources of resources, by token. */
export const lookups: Record<string, Lookup> = Object.assign({}, ...services.map((service) => service.lookups));

/** The titles of APIs, such as `Cloud Pub/Sub API`. */
export const titles: Record<string, string> = Object.assign({}, ...services.map((service) => service.titles));

/** How methods of APIs are named, by API, such as `compute`. */
export const methods: Record<string, ApiMethods> = Object.assign({}, ...services.map((service) => service.methods));

/** The API methods that data sources call. */
export const functionMethods: Record<string, string[]> = Object.assign(
    {},
    ...services.map((service) => service.functionMethods),
);
