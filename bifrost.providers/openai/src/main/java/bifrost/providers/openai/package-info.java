/** The provider for OpenAI and every vendor that copies its API: bodies pass through. */
package bifrost.providers.openai;
