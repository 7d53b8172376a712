import type { Part, Serving } from "../../emulator/serving";
import { IdentityApi } from "./api";

export default ({ cloud, tokens, options }: Serving): Part => ({
    rest: [
        new IdentityApi(cloud, tokens, options.issuers).rest,
        // The keys of identity tokens, at Google's path.
        ({ path }) => (path === "/oauth2/v3/certs" ? { status: 200, body: tokens.keys } : undefined),
    ],
});
