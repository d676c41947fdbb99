#include "herald/kme/openapi.h"

namespace herald::kme {

// Kept by hand; tests/kme/openapi.py holds it against what a KME answers, openapi_test.cpp against the router.
const std::string_view kOpenApi = R"json({
  "openapi": "3.0.3",
  "info": {
    "title": "Key delivery API of Herald",
    "version": "1.1.1",
    "description": "ETSI GS QKD 014 v1.1.1 over mutual TLS 1.3. The caller is the SAE of its certificate's common name."
  },
  "servers": [{"url": "/"}],
  "tags": [{"name": "keys", "description": "ETSI GS QKD 014, section 5"}, {"name": "description"}],
  "paths": {
    "/api/v1/keys/{slave_SAE_ID}/status": {
      "parameters": [{"$ref": "#/components/parameters/slave_SAE_ID"}],
      "get": {
        "tags": ["keys"],
        "operationId": "getStatus",
        "summary": "Get status (5.1): what may be asked of keys shared with this slave",
        "responses": {
          "200": {
            "description": "Status",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/NotAuthorized"},
          "429": {"$ref": "#/components/responses/TooManyRequests"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      }
    },
    "/api/v1/keys/{slave_SAE_ID}/enc_keys": {
      "parameters": [{"$ref": "#/components/parameters/slave_SAE_ID"}],
      "get": {
        "tags": ["keys"],
        "operationId": "getKeySimple",
        "summary": "Get key (5.2), of a request with a number and a size alone",
        "parameters": [
          {
            "name": "number",
            "in": "query",
            "required": false,
            "description": "How many keys; 1 unless it is said",
            "schema": {"type": "integer", "minimum": 1}
          },
          {
            "name": "size",
            "in": "query",
            "required": false,
            "description": "Their bits, a multiple of 8; the key_size of Get status unless it is said",
            "schema": {"type": "integer", "minimum": 1}
          }
        ],
        "responses": {
          "200": {
            "description": "The keys, which have left this KME with this reply",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyContainer"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/NotAuthorized"},
          "429": {"$ref": "#/components/responses/TooManyRequests"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      },
      "post": {
        "tags": ["keys"],
        "operationId": "getKey",
        "summary": "Get key (5.2): the caller becomes the master of new keys",
        "requestBody": {
          "required": false,
          "description": "Nothing asks for the defaults",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyRequest"}}}
        },
        "responses": {
          "200": {
            "description": "The keys, which have left this KME with this reply",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyContainer"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/NotAuthorized"},
          "413": {"$ref": "#/components/responses/TooLarge"},
          "429": {"$ref": "#/components/responses/TooManyRequests"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      }
    },
    "/api/v1/keys/{master_SAE_ID}/dec_keys": {
      "parameters": [{"$ref": "#/components/parameters/master_SAE_ID"}],
      "get": {
        "tags": ["keys"],
        "operationId": "getKeyWithKeyIdSimple",
        "summary": "Get key with key IDs (5.3), of one key",
        "parameters": [
          {
            "name": "key_ID",
            "in": "query",
            "required": true,
            "description": "Of the key, as its master got it",
            "schema": {"type": "string"}
          }
        ],
        "responses": {
          "200": {
            "description": "The keys, which have left this KME with this reply",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyContainer"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/NotAuthorized"},
          "429": {"$ref": "#/components/responses/TooManyRequests"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      },
      "post": {
        "tags": ["keys"],
        "operationId": "getKeyWithKeyIds",
        "summary": "Get key with key IDs (5.3): the caller is a slave of all of them",
        "requestBody": {
          "required": true,
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyIDs"}}}
        },
        "responses": {
          "200": {
            "description": "The keys, which have left this KME with this reply",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyContainer"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/NotAuthorized"},
          "413": {"$ref": "#/components/responses/TooLarge"},
          "429": {"$ref": "#/components/responses/TooManyRequests"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      }
    },
    "/api/v1/openapi.json": {
      "get": {
        "tags": ["description"],
        "operationId": "getDescription",
        "summary": "This document",
        "responses": {
          "200": {
            "description": "This document",
            "content": {"application/json": {"schema": {"type": "object", "required": ["openapi", "paths"]}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"}
        }
      }
    }
  },
  "components": {
    "parameters": {
      "slave_SAE_ID": {
        "name": "slave_SAE_ID",
        "in": "path",
        "required": true,
        "description": "The SAE with which keys are shared",
        "schema": {
          "type": "string",
          "minLength": 1,
          "maxLength": 255,
          "description": "In bytes of UTF-8, without control characters"
        }
      },
      "master_SAE_ID": {
        "name": "master_SAE_ID",
        "in": "path",
        "required": true,
        "description": "The SAE that got the keys first",
        "schema": {
          "type": "string",
          "minLength": 1,
          "maxLength": 255,
          "description": "In bytes of UTF-8, without control characters"
        }
      }
    },
    "schemas": {
      "Status": {
        "type": "object",
        "description": "6.1",
        "required": [
          "source_KME_ID",
          "target_KME_ID",
          "master_SAE_ID",
          "slave_SAE_ID",
          "key_size",
          "stored_key_count",
          "max_key_count",
          "max_key_per_request",
          "max_key_size",
          "min_key_size",
          "max_SAE_ID_count"
        ],
        "properties": {
          "source_KME_ID": {"type": "string"},
          "target_KME_ID": {"type": "string"},
          "master_SAE_ID": {"type": "string"},
          "slave_SAE_ID": {"type": "string"},
          "key_size": {
            "type": "integer",
            "minimum": 0,
            "description": "Bits of a key that was asked for without a size"
          },
          "stored_key_count": {
            "type": "integer",
            "minimum": 0,
            "description": "Keys of key_size bits that may be asked for now"
          },
          "max_key_count": {"type": "integer", "minimum": 0},
          "max_key_per_request": {"type": "integer", "minimum": 0},
          "max_key_size": {"type": "integer", "minimum": 0},
          "min_key_size": {"type": "integer", "minimum": 0},
          "max_SAE_ID_count": {
            "type": "integer",
            "minimum": 0,
            "description": "additional_slave_SAE_IDs of a request"
          }
        },
        "additionalProperties": false
      },
      "KeyRequest": {
        "type": "object",
        "description": "6.2",
        "properties": {
          "number": {"type": "integer", "minimum": 1, "default": 1, "description": "At most max_key_per_request"},
          "size": {
            "type": "integer",
            "minimum": 1,
            "multipleOf": 8,
            "description": "Bits, from min_key_size to max_key_size; key_size unless it is said"
          },
          "additional_slave_SAE_IDs": {
            "type": "array",
            "uniqueItems": true,
            "maxItems": 1024,
            "items": {
              "type": "string",
              "minLength": 1,
              "maxLength": 255,
              "description": "In bytes of UTF-8, without control characters"
            },
            "description": "At most max_SAE_ID_count, each once"
          },
          "extension_mandatory": {
            "type": "array",
            "maxItems": 1024,
            "description": "What is not supported is refused (400)",
            "items": {"$ref": "#/components/schemas/Extension"}
          },
          "extension_optional": {
            "type": "array",
            "maxItems": 1024,
            "description": "What is not supported is ignored",
            "items": {"$ref": "#/components/schemas/Extension"}
          }
        }
      },
      "KeyContainer": {
        "type": "object",
        "description": "6.3",
        "required": ["keys"],
        "properties": {"keys": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Key"}}},
        "additionalProperties": false
      },
      "Key": {
        "type": "object",
        "description": "6.3",
        "required": ["key_ID", "key"],
        "properties": {
          "key_ID": {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
          "key": {
            "type": "string",
            "format": "byte",
            "minLength": 4,
            "pattern": "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
            "description": "Base64 (RFC 4648)"
          },
          "key_extension": {"$ref": "#/components/schemas/KeyExtension"}
        },
        "additionalProperties": false
      },
      "KeyExtension": {
        "type": "object",
        "description": "What there is to know about a key, if anything",
        "minProperties": 1,
        "additionalProperties": false,
        "properties": {
          "herald_origin": {
            "type": "string",
            "description": "Unless its bits come from devices alone; what is \"simulated\" protects nothing"
          },
          "herald_hybrid": {
            "type": "string",
            "description": "Combined with a secret of this key encapsulation mechanism"
          }
        }
      },
      "KeyIDs": {
        "type": "object",
        "description": "6.4",
        "required": ["key_IDs"],
        "properties": {
          "key_IDs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1024,
            "items": {
              "type": "object",
              "description": "6.4",
              "required": ["key_ID"],
              "properties": {"key_ID": {"type": "string"}}
            },
            "description": "Each once"
          },
          "extension_mandatory": {
            "type": "array",
            "maxItems": 1024,
            "description": "What is not supported is refused (400)",
            "items": {"$ref": "#/components/schemas/Extension"}
          },
          "extension_optional": {
            "type": "array",
            "maxItems": 1024,
            "description": "What is not supported is ignored",
            "items": {"$ref": "#/components/schemas/Extension"}
          }
        }
      },
      "Error": {
        "type": "object",
        "description": "6.5",
        "required": ["message"],
        "properties": {
          "message": {"type": "string"},
          "details": {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}
        },
        "additionalProperties": false
      },
      "Extension": {
        "type": "object",
        "description": "Names carry their vendor's prefix. Supported where the caller's policy keeps replies:",
        "properties": {
          "herald_idempotency_key": {
            "type": "string",
            "minLength": 1,
            "maxLength": 128,
            "description": "The same request under this name gets the same reply again; another request 400"
          }
        }
      }
    },
    "responses": {
      "BadRequest": {
        "description": "The messages that the standard fixes: \"size shall be a multiple of 8\", \"not all extension_mandatory parameters are supported\", \"not all extension_mandatory request options could be met\", \"not all extension_optional request options handled\", \"one or more keys specified are not found on KME\". Others say what is wrong",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "NotAuthorized": {
        "description": "Not known here, or may not share keys with that SAE, or is no slave of every key",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "TooLarge": {
        "description": "The body is larger than 65536 bytes; the connection ends",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "TooManyRequests": {
        "description": "More than the caller's policy grants",
        "headers": {
          "Retry-After": {"required": true, "description": "Seconds", "schema": {"type": "integer", "minimum": 1}}
        },
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "Unavailable": {
        "description": "Too few keys, or the other KME cannot be reached: nothing has been delivered",
        "headers": {"Retry-After": {"description": "Seconds", "schema": {"type": "integer", "minimum": 1}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "NotFound": {
        "description": "Of paths that are not here",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "MethodNotAllowed": {
        "description": "Of methods that a path does not have",
        "headers": {"Allow": {"required": true, "description": "Those that it has", "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "RequestTimeout": {
        "description": "The request did not end in time; the connection ends",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      },
      "HeaderTooLarge": {
        "description": "The request's header is larger than 8192 bytes; the connection ends",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
      }
    }
  },
  "x-any-path": {
    "404": {"$ref": "#/components/responses/NotFound"},
    "405": {"$ref": "#/components/responses/MethodNotAllowed"},
    "408": {"$ref": "#/components/responses/RequestTimeout"},
    "413": {"$ref": "#/components/responses/TooLarge"},
    "431": {"$ref": "#/components/responses/HeaderTooLarge"}
  }
})json";

}  // namespace herald::kme
