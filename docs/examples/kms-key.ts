import { KmsKey, PubSubTopic, ServerlessFunction } from "slipway";

const key = new KmsKey("sales");
const sales = new PubSubTopic("sales", { encryptionKey: key });

const signing = new KmsKey("signing", { keyRing: key.keyRing, algorithm: "EC_SIGN_P256_SHA256" });

new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { SALES: sales.publisher, SIGNING_KEY: signing.signer },
});
