import { parseExtractor } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { regularExpressionProblem } from "../../cloud/regularExpression";

/** Throws for an extractor that cannot be parsed: https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics */
export function verifyExtractor(text: unknown): void {
    const extractor = parseExtractor(String(text));
    if (!extractor || (extractor.pattern && regularExpressionProblem(extractor.pattern))) {
        throw new GoogleError(400, `Invalid extractor: ${text}`);
    }
}
