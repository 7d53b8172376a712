import type { Entry } from "../../../simulator";
import { HttpError, type Request } from "../../emulator/http";

/** Changes with each write of the object or its metadata. */
export const etagOf = ({ state: { generation, metageneration = 1 } }: Entry): string =>
    Buffer.from(`${generation}/${metageneration}`).toString("base64");

/**
 * Checks the preconditions of a request; missing objects have generation 0:
 * https://cloud.google.com/storage/docs/request-preconditions
 *
 * @param of `Source` for those of the source of a copy
 */
export function requireConditions(
    { query, headers, method }: Pick<Request, "query" | "headers" | "method">,
    object: Entry | undefined,
    of: "" | "Source" = "",
): void {
    const { generation = 0, metageneration = 1 } = object?.state ?? {};
    const values = { Generation: String(generation), Metageneration: object ? String(metageneration) : "0" };
    for (const [which, value] of Object.entries(values)) {
        demand((query.get(`if${of}${which}Match`) ?? value) === value, false);
        demand(query.get(`if${of}${which}NotMatch`) !== value, method === "GET");
    }
    if (of === "") {
        const etags = (name: "if-match" | "if-none-match") => [...(headers[name] ?? "").matchAll(/[^\s",]+/g)].flat();
        const etag = object ? etagOf(object) : "";
        demand(!headers["if-match"] || etags("if-match").includes(etag), false);
        demand(!etags("if-none-match").includes(etag), method === "GET");
    }
}

/** Reads that would return what the caller has are answered by 304. */
function demand(holds: boolean, isUnchanged: boolean): void {
    if (!holds) {
        const message = "At least one of the pre-conditions you specified did not hold.";
        throw new HttpError(isUnchanged ? 304 : 412, "conditionNotMet", message);
    }
}
