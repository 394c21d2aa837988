metadata description = 'Who calls the console is for the platform to say: sign-in with Entra, in front of the app.'

param appName string

@description('Client id of the app registration; infra/tenant/console-sign-in makes one.')
param clientId string

// Generated from the addresses that the app answers without sign-in: whether it lives, personal links,
// and what these pages look like. A link proves itself; with the tenant down it is the only way left.
// Nothing on these addresses knows who calls.
var openPaths = loadJsonContent('open-paths.json')

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource signIn 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
      runtimeVersion: '~1'
    }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: openPaths
    }
    httpSettings: {
      requireHttps: true
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: clientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${subscription().tenantId}/v2.0'
          // No secret: the registration trusts the identity of the app, by a federated credential.
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: {
          allowedAudiences: [
            clientId
          ]
          // What somebody may do is for the app to say, by the app roles Reader, Responder and Admin.
          defaultAuthorizationPolicy: {
            allowedApplications: [
              clientId
            ]
          }
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
}
