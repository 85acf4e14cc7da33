// Holds a description to OpenAPI's own schema, and answers to the description.
// node openapi.mjs DESCRIPTION ANSWERS: files of JSON; the answers by their paths.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";

const require = createRequire(pathToFileURL(process.cwd() + "/"));
const { Validator } = await import(pathToFileURL(require.resolve("@seriousme/openapi-schema-validator")));
const Ajv = require("ajv/dist/2020.js").default;
const formats = require("ajv-formats").default;

const [description, answers] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file)));
const validator = new Validator();
const { valid, errors } = await validator.validate(structuredClone(description));
console.log(JSON.stringify({ what: "openapi", version: validator.version, valid, errors }));
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
ajv.addSchema(description, "openapi");
for (const [path, answer] of Object.entries(answers)) {
  const pointer = `/paths/${path.replaceAll("/", "~1")}/get/responses/200/content/application~1json/schema`;
  const check = ajv.compile({ $ref: `openapi#${pointer}` });
  console.log(JSON.stringify({ what: path, valid: check(answer), errors: check.errors }));
}
