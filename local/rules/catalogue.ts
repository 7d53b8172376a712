import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FunctionRules, Service, TypeRules } from "./rules";

const folder = join(__dirname, "..", "services");

/** Every file of the services' folder is a service: adding one is adding a file. */
const services: Service[] = readdirSync(folder)
    .filter((file) => /^\w+\.(js|ts)$/.test(file))
    .map((file) => require(join(folder, file)).default);

/** The rules of every type that the local Google Cloud knows, by Pulumi's token. */
export const types: Record<string, TypeRules> = Object.assign({}, ...services.map((service) => service.types));

export const functions: Record<string, FunctionRules> = Object.assign(
    {},
    ...services.map((service) => service.functions),
);

/** The title that Google gives to an API: `Cloud Pub/Sub API`. */
export const titles: Record<string, string> = Object.assign({}, ...services.map((service) => service.titles));
