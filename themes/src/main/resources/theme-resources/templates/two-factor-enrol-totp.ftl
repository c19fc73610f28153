<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-enrol-totp-title")}
  <#elseif section == "form">
    <@parts.frame>
      <ol class="two-factor-steps">
        <li>
          <p>${msg("two-factor-enrol-totp-step-app")}</p>
          <ul id="two-factor-apps"><#list twoFactor.apps as app><li>${msg(app)}</li></#list></ul>
        </li>
        <li>
          <#if twoFactor.qrCode??>
            <p>${msg("two-factor-enrol-totp-step-scan")}</p>
            <img id="two-factor-qr-code" class="two-factor-qr-code" src="data:image/png;base64,${twoFactor.qrCode}"
                 alt="${msg("two-factor-enrol-totp-qr-alt")}"/>
          </#if>
          <p>${msg("two-factor-enrol-totp-cant-scan")}</p>
          <p><code id="two-factor-key" class="two-factor-key" dir="ltr">${twoFactor.key}</code></p>
          <ul id="two-factor-details">
            <li>${msg("two-factor-enrol-totp-type")}</li>
            <li>${msg("two-factor-enrol-totp-algorithm", twoFactor.algorithm)}</li>
            <li>${msg("two-factor-enrol-totp-digits", twoFactor.digits)}</li>
            <li>${msg("two-factor-enrol-totp-period", twoFactor.period)}</li>
          </ul>
        </li>
        <li><p id="two-factor-hint">${msg("two-factor-enrol-totp-step-code")}</p></li>
      </ol>
      <@parts.form id="two-factor-enrol">
        <@parts.code label=msg("two-factor-code-label") describedBy="two-factor-hint" autofocus=messagesPerField.existsError("code")/>
        <@parts.input name="deviceName" label=msg("two-factor-enrol-totp-device-name") value=twoFactor.deviceName maxlength="64"/>
        <@parts.actions>
          <@parts.button label="two-factor-configure-continue" id="two-factor-continue"/>
          <@parts.ways/>
        </@parts.actions>
      </@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
