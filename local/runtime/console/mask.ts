import { isSecretName } from "../../../lib/formats";
import { signature } from "../../machine/marks";
import { type Cloud, type Properties, type SchemaProperties, type SchemaProperty, schemaOf } from "../../simulator";

/** What is shown in place of a secret. */
export const hidden = "••••••";

/** Further names of variables that {@link isSecretName} accepts, because their values can also be harmless. */
const doubtful =
    /(^|[_-])(PASS|PASSWD|PASSPHRASE|CREDENTIALS?)$|(PASSWORD|SECRET|TOKEN|API_?KEY)_?(BASE64|OLD|NEW|\d+)$/i;

/** Values that say where a secret is, and Google's names of harmless properties. */
const reference = /^(projects\/|organizations\/|\/\/|\/|gs:\/\/|sm:\/\/|https?:\/\/)/;
const harmless = /^(key|secret|token)$/;

/** Whether a variable or a property has a secret as its value. */
function isSecret(name: string, value: unknown): boolean {
    const isPlain = typeof value === "string" && value !== "" && !reference.test(value);
    return isPlain && !harmless.test(name) && (isSecretName(name, value) || doubtful.test(name));
}

/** The shortest secret that is found in other texts: shorter ones would also hide words. */
const shortest = 6;

/** How long the secrets that were read are used, in milliseconds. */
const fresh = 500;

/** Hides secrets in what is sent to the browser. */
export class Mask {
    private known: string[] = [];
    private readAt = 0;

    constructor(private readonly cloud: Cloud) {}

    /** The JSON of a value, in whose texts the values of Secret Manager, private keys and passwords of URLs are hidden. */
    json(value: unknown): string {
        return JSON.stringify(value, (_, each) => (typeof each === "string" ? this.text(each) : each));
    }

    private text(text: string): string {
        const withoutValues = this.secrets().reduce((shown, secret) => shown.replaceAll(secret, hidden), text);
        return withoutValues
            .replaceAll(/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END|$)/g, `$1${hidden}$2`)
            .replaceAll(/(\b[a-z][a-z+]*:\/\/[^\s:/@]*:)[^\s/@]+@/gi, `$1${hidden}@`);
    }

    /** The values of all versions of secrets, also as they are in JSON, in URLs and in Base64; the longest one first. */
    private secrets(): string[] {
        if (Date.now() - this.readAt > fresh) {
            const values = this.cloud.store
                .list("//secretmanager.googleapis.com/", "versions")
                .flatMap(({ content }) => (content === undefined ? [] : [this.cloud.store.content(content)]));
            const texts = values.flatMap((value) => {
                const text = value.toString();
                return [
                    text,
                    text.trim(),
                    JSON.stringify(text).slice(1, -1),
                    encodeURIComponent(text),
                    value.toString("base64"),
                ];
            });
            const long = texts.filter(({ length }) => length >= shortest);
            this.known = [...new Set(long)].sort((one, other) => other.length - one.length);
            this.readAt = Date.now();
        }
        return this.known;
    }

    /**
     * The properties of a resource without those that the provider declares as secret, those that the program made secret, and the values
     * of variables with the name of a secret.
     *
     * @param outputs the outputs in the state of the program
     */
    properties(type: string, properties: Properties, outputs?: Properties): Properties {
        return maskedFields(properties, schemaOf(type)?.properties, outputs) as Properties;
    }
}

function maskedFields(value: unknown, fields: SchemaProperties | undefined, outputs: unknown): unknown {
    if (isObject(outputs) && signature in outputs) {
        return hidden;
    }
    if (Array.isArray(value)) {
        return value.map((each, index) =>
            maskedFields(each, fields, Array.isArray(outputs) ? outputs[index] : undefined),
        );
    }
    if (!isObject(value)) {
        return value;
    }
    const { name, value: named } = value;
    const isVariable = typeof name === "string" && isSecret(name, named);
    return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [
            key,
            (isVariable && key === "value") || isHidden(key, each, fields?.[key])
                ? hidden
                : maskedFields(each, fields?.[key]?.fields, isObject(outputs) ? outputs[key] : undefined),
        ]),
    );
}

/** The schema decides about the properties that it contains; others are variables, and what Google Cloud creates itself. */
const isHidden = (key: string, value: unknown, property: SchemaProperty | undefined): boolean =>
    property === undefined ? isSecret(key, value) : property.secret === true && value !== undefined && value !== "";

const isObject = (value: unknown): value is Properties =>
    typeof value === "object" && value !== null && !Array.isArray(value);
